"""Photographs of pages: made into one document, and shown small. Turned as the camera was held, whatever its format."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 2400
"""Pixels of the longer side of a page that was photographed: A4 with 200 dots an inch."""
REDUCED_FROM = 1_000_000
"""Bytes from which a picture is reduced for sending."""
_QUALITY = 82
_WORTH = 0.7
_GRID, _PLAIN = 16, 24
_EXIF, _TAKEN = 0x8769, 0x9003
_MOST = 200
_MOST_PIXELS = 150_000_000


def pictures_to_pdf(paths: Sequence[Path], target: Path) -> None:
    """One PDF with a page for each picture, in their order.

    Raises KnownError for no picture, too many, or a file that is none.
    """
    if not 0 < len(paths) <= _MOST:
        raise KnownError(_("请选 1 到 {limit} 张照片，没有合并。").format(limit=_MOST), code="no_pictures")
    pages = [_page(each) for each in paths]
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=200.0, quality=_QUALITY)


def _page(path: Path) -> Image:
    found = opened(path)
    if found is None:
        raise KnownError(
            _("“{file}”不是能合并的照片，没有合并。请只选图片（JPG、PNG、HEIC 等）。").format(file=path.name),
            code="not_a_picture",
        )
    found.thumbnail((LONGEST, LONGEST))
    return found


def opened(path: Path) -> Image | None:
    """A picture, upright and in colour; None for what is none, or far too large."""
    from PIL import Image, ImageOps

    _know_heic()
    try:
        with Image.open(path) as source:
            if source.width * source.height > _MOST_PIXELS:
                return None
            return ImageOps.exif_transpose(source).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def reduced(path: Path) -> bytes | None:
    """A photograph small enough to be sent with a hundred others: upright, as JPEG, at most `LONGEST` pixels a side.

    None for what is no single picture, is small already, or would not become much smaller.
    """
    from PIL import Image

    size = path.stat().st_size
    if size < REDUCED_FROM:
        return None
    _know_heic()
    try:
        with Image.open(path) as source:
            pages = getattr(source, "n_frames", 1)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    found = opened(path) if pages == 1 else None
    if found is None:
        return None
    found.thumbnail((LONGEST, LONGEST))
    target = io.BytesIO()
    found.save(target, "JPEG", quality=_QUALITY, dpi=(200, 200))
    return target.getvalue() if len(target.getvalue()) < size * _WORTH else None


def likeness(path: Path) -> str:
    """How a picture, or the first page of a PDF, looks: 256 bits as hex, alike for pictures that look alike.

    Each bit says whether a spot is darker than the one right of it, on a grid of 16 rows. '' for what cannot be shown and
    for what is nearly of one colour: there everything looks like everything.
    """
    small = _small(path)
    if small is None:
        return ""
    spots = small.convert("L").resize((_GRID + 1, _GRID)).tobytes()  # a byte for each
    if max(spots) - min(spots) < _PLAIN:
        return ""
    rows = [spots[at : at + _GRID + 1] for at in range(0, len(spots), _GRID + 1)]
    bits = "".join("1" if left < right else "0" for row in rows for left, right in itertools.pairwise(row))
    return f"{int(bits, 2):0{_GRID * _GRID // 4}x}"


def _small(path: Path) -> Image | None:
    """A picture or first page, small; a JPEG is decoded no larger than needed."""
    from PIL import Image, ImageOps

    try:
        with path.open("rb") as stream:
            head = stream.read(5)
    except OSError:
        return None
    if head == b"%PDF-":
        page = page_of_pdf(path, 1, 256)
        return page[0] if page else None
    _know_heic()
    try:
        with Image.open(path) as source:
            if source.width * source.height > _MOST_PIXELS:
                return None
            source.draft("L", (256, 256))
            return ImageOps.exif_transpose(source).convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def taken_on(path: Path) -> str:
    """The day a camera noted (`YYYY-MM-DD`); '' where it noted none: a date is never invented."""
    from PIL import Image

    _know_heic()
    try:
        with Image.open(path) as source:
            noted = str(source.getexif().get_ifd(_EXIF).get(_TAKEN, ""))
        return dt.datetime.strptime(noted[:10], "%Y:%m:%d").date().isoformat()  # noqa: DTZ007 - a day, no moment
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""


def _know_heic() -> None:
    """Photographs of telephones (HEIC) are read where the library for them is there."""
    from pi_heif import register_heif_opener

    register_heif_opener()


def page_of_pdf(path: Path, number: int, side: int) -> tuple[Image, int] | None:
    """A page (from 1) of a PDF in a square of `side` pixels, and how many pages there are; None where it cannot be shown."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError, ValueError):
        return None
    try:
        count = len(document)
        page = document[min(max(number, 1), count) - 1]
        width, height = page.get_size()
        scale = side / max(width, height, 1.0)
        return page.render(scale=scale).to_pil().convert("RGB"), count
    except (pypdfium2.PdfiumError, OSError, ValueError, IndexError, MemoryError):
        return None
    finally:
        document.close()
