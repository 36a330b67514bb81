"""Keeps the English catalogue in step with the sentences in the code.

    python installer/translations.py update    adds new sentences (untranslated), drops old ones, compiles
    python installer/translations.py check     lists what is missing or stale; exit status 1 where anything is

Needs Babel. Dates and places in the code are left out of the catalogue, so that its differences stay small.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "resources" / "locale" / "en" / "LC_MESSAGES" / "vetdesk.po"
KEYWORDS = ("_", "mark")

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{\w*\}")


def main(arguments: Sequence[str]) -> int:
    """The exit status of what was asked for."""
    match list(arguments):
        case ["update"]:
            update(PO, extracted())
            left = untranslated(PO)
            print(f"{len(read(PO))} sentences, {len(left)} untranslated.", *left, sep="\n")
            return 0
        case ["check"]:
            found = problems(PO, extracted())
            print(*found or ["The catalogue is complete and fresh."], sep="\n")
            return 1 if found else 0
    print(__doc__)
    return 2


def extracted(folder: Path = ROOT / "vetdesk") -> set[str]:
    """Every sentence given to `_` or `mark` in the code.

    The syntax tree is read, not Babel's tokens: before Python 3.12 those hide the sentences inside f-strings.
    """
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if name in KEYWORDS:
                    found.add(text)
    return found - {""}


def read(po: Path) -> dict[str, str]:
    """The catalogue as sentence and translation; empty where there is none yet."""
    if not po.is_file():
        return {}
    with po.open("rb") as stream:
        catalogue = read_po(stream, locale="en", abort_invalid=True)
    return {str(each.id): str(each.string or "") for each in catalogue if each.id}


def update(po: Path, wanted: set[str]) -> None:
    """Write the catalogue of exactly these sentences, with the translations it has, and compile it."""
    known = read(po)
    catalogue = _catalogue({text: known.get(text, "") for text in wanted})
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as stream:
        write_po(stream, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    po.with_suffix(".mo").write_bytes(compiled(po))


def compiled(po: Path) -> bytes:
    """What the compiled catalogue must hold."""
    stream = io.BytesIO()
    write_mo(stream, _catalogue(read(po)))
    return stream.getvalue()


def untranslated(po: Path) -> list[str]:
    """The sentences without a translation."""
    return sorted(text for text, said in read(po).items() if not said.strip(" "))


def placeholders(text: str) -> list[str]:
    """The `{names}` of a sentence, sorted."""
    return sorted(_PLACEHOLDER.findall(text))


def problems(po: Path, wanted: set[str]) -> list[str]:
    """What is missing, stale or would fail when it is shown, one line each."""
    known = read(po)
    mo = po.with_suffix(".mo")
    return [
        *(f"not in the catalogue: {text!r}" for text in sorted(wanted - known.keys())),
        *(f"no longer in the code: {text!r}" for text in sorted(known.keys() - wanted)),
        *(f"not translated: {text!r}" for text in untranslated(po)),
        *(
            f"other placeholders: {text!r} -> {said!r}"
            for text, said in sorted(known.items())
            if said and placeholders(text) != placeholders(said)
        ),
        *([] if mo.is_file() and mo.read_bytes() == compiled(po) else [f"not compiled: {mo.name}"]),
    ]


class _Undated(Catalog):
    """A catalogue whose header holds no dates and no names."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", "en"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def _catalogue(sentences: dict[str, str]) -> Catalog:
    made = _Undated(locale="en", domain="vetdesk", header_comment="# English of every sentence on screen.", fuzzy=False)
    for text, said in sentences.items():
        made.add(text, said)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
