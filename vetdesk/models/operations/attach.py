"""Attaches an evidence file to an indicator."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from vetdesk.models.operations.desk import desk, own_unit
from vetdesk.models.operations.pictures import pictures_to_pdf, reduced, taken_on
from vetdesk.models.records.about_evidence import NOTHING, About
from vetdesk.models.records.changes import Changes, Progress, silent
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, journal
from vetdesk.models.store.evidence import Evidence
from vetdesk.models.store.workspace import Workspace, wrong_role
from vetdesk.models.sync import bodies
from vetdesk.models.sync.limits import LABEL


def attach(workspace: Workspace, path: Path, *, indicator: str, whole: bool = False) -> tuple[str, Changes]:
    """Copy a file into the workspace and attach it. Returns its SHA-256. Otherwise like `attach_all`."""
    [sha256], changes = attach_all(workspace, [path], indicator=indicator, whole=whole)
    return sha256, changes


def attach_all(
    workspace: Workspace, paths: Sequence[Path], *, indicator: str, whole: bool = False, progress: Progress = silent
) -> tuple[list[str], Changes]:
    """Copy files into the workspace and attach them, all in one act or none. Returns their SHA-256.

    A large photograph is attached reduced, unless `whole` is asked for; the original is kept beside it. Raises
    KnownError for an unknown indicator and for files that cannot be evidence, Cancelled from `progress`.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found = desk(workspace)
    known = [name for pack in found.packs for name in pack.indicators]
    if indicator not in known:
        raise KnownError(
            _("没有指标“{id}”，没有添加。可用的指标：{known}。").format(id=indicator, known=_("、").join(known)),
            code="unknown_indicator",
        )
    unit = own_unit(workspace).code
    taken, act = [], journal.new_act()
    for at, path in enumerate(paths):
        progress(at, len(paths), path.name)
        taken.append(_taken_in(workspace, path, whole=whole))
    progress(len(paths), len(paths), "")
    with workspace.atomic():
        for each in taken:
            evidence.record_all(workspace, each.contents)
            evidence.use(
                workspace, found.round.id, unit, each.sha256, indicator=indicator, label=each.label,
                about=_first_known(workspace, unit, each.sha256, indicator, each.about), act=act,
            )  # fmt: skip
    return [each.sha256 for each in taken], Changes(evidence=True, units=frozenset({unit}))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A file whose content is on disk: what is attached of it, under which name, and every content there is to note."""

    sha256: str
    label: str
    about: About
    contents: list[tuple[str, int, str]]


def _taken_in(workspace: Workspace, path: Path, *, whole: bool) -> _Taken:
    sha256, size, mime = evidence.store_file(workspace, path)
    contents, name, fresh = [(sha256, size, mime)], path.name, NOTHING
    if mime.startswith("image/"):
        there = evidence.path_of(workspace, sha256)
        fresh = About(dated=taken_on(there))
        smaller = None if whole else reduced(there)
        if smaller is not None:
            fresh = msgspec.structs.replace(fresh, original=sha256)
            sha256 = hashlib.sha256(smaller).hexdigest()
            evidence.store_blocks(workspace, [smaller], expected=sha256)
            contents.append((sha256, len(smaller), "image/jpeg"))
            name = name if path.suffix.lower() in (".jpg", ".jpeg") else f"{path.stem}.jpg"
    return _Taken(sha256, clean_label(name), fresh, contents)


def there_already(workspace: Workspace, paths: Sequence[Path], *, indicator: str) -> list[str]:
    """Names of files that prove this indicator already, as they are or reduced. Files that cannot be read are passed over."""
    used = evidence.used(workspace, desk(workspace).round.id, own_unit(workspace).code)
    known = {one for each in used if each.indicator == indicator for one in (each.sha256, each.about.original)}
    return [path.name for path in paths if path.is_file() and evidence.sha256_of(path) in known]


def again_text(names: Sequence[str]) -> str:
    """That in a sentence; '' where there are none."""
    return _("{names} 原来就有，没有重复添加。").format(names=_("、").join(names[:5])) if names else ""


def replace(workspace: Workspace, each: Evidence, paths: Sequence[Path], *, whole: bool = False) -> Changes:
    """Put one or several new files in the place of a piece of evidence, wherever it proves something, in one act.

    Department, person and kind go on to them; days, pages and pins were those of the old document. What was there stays
    in the journal and on disk. Raises KnownError like `attach`, and where no file is given; then nothing is changed.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    if not paths:
        raise KnownError(_("没有选文件，没有更换。"), code="no_files")
    found, unit = desk(workspace), own_unit(workspace).code
    taken = [_taken_in(workspace, path, whole=whole) for path in paths]
    uses = [one for one in evidence.used(workspace, found.round.id, unit) if one.sha256 == each.sha256]
    act = journal.new_act()
    with workspace.atomic():
        for use in uses:
            evidence.drop(workspace, found.round.id, unit, use, act=act)
        for new in taken:
            evidence.record_all(workspace, new.contents)
            for use in uses:
                about = msgspec.structs.replace(
                    new.about, department=use.about.department, person=use.about.person, kind=use.about.kind,
                    personal=use.about.personal,
                )  # fmt: skip
                evidence.use(
                    workspace, found.round.id, unit, new.sha256,
                    indicator=use.indicator, label=new.label, about=about, act=act,
                )  # fmt: skip
    return Changes(evidence=True, units=frozenset({unit}))


def _first_known(workspace: Workspace, unit: str, sha256: str, indicator: str, fresh: About) -> About | None:
    """What a new piece says of itself, or what was said of the same content for another indicator; None for one in use."""
    there = [each for each in evidence.used(workspace, desk(workspace).round.id, unit) if each.sha256 == sha256]
    if any(each.indicator == indicator for each in there):
        return None
    return there[0].about if there else fresh


def describe(workspace: Workspace, each: Evidence, about: About, *, label: str = "") -> Changes:
    """Say what is known of a piece of evidence in use, and give it another name where one is given.

    Raises KnownError for days that are none, a period that ends before it begins, and pins to figures that are not asked.
    """
    found = desk(workspace)
    _check_days(about)
    fields = found.fields
    unknown = next((pin.fact for pin in about.pins if pin.fact and pin.fact not in fields), None)
    if unknown is not None:
        raise KnownError(_("没有数据项“{fact}”，没有保存。").format(fact=unknown), code="unknown_fact")
    unit = own_unit(workspace).code
    with workspace.atomic():
        evidence.use(
            workspace, found.round.id, unit, each.sha256,
            indicator=each.indicator, label=clean_label(label.strip()) or each.label, about=about,
        )  # fmt: skip
    return Changes(evidence=True, units=frozenset({unit}))


def one_content(workspace: Workspace, sha256: str) -> Evidence:
    """One use of the content in use whose hash begins so, whatever it proves. Raises KnownError like `one_of`."""
    uses = evidence.used(workspace, desk(workspace).round.id, own_unit(workspace).code)
    first = next((each for each in uses if sha256 and each.sha256.startswith(sha256.strip().lower())), None)
    return one_of(workspace, sha256, indicator=first.indicator if first else "")


def one_of(workspace: Workspace, sha256: str, *, indicator: str = "") -> Evidence:
    """The piece of evidence in use whose hash begins so.

    Raises KnownError where that is none, or more than one.
    """
    hits = [
        each
        for each in evidence.used(workspace, desk(workspace).round.id, own_unit(workspace).code)
        if each.sha256.startswith(sha256.strip().lower()) and indicator in ("", each.indicator)
    ]
    if not sha256.strip() or len(hits) != 1:
        raise KnownError(
            _("没有（或不止一件）以“{sha256}”开头的佐证材料，没有改动。证明几项指标的请加 --indicator。").format(
                sha256=sha256[:20]
            ),
            code="no_evidence",
        )
    return hits[0]


def changed(about: About, said: Mapping[str, object]) -> About:
    """What is known, with what is said anew; what is None stays.

    Raises KnownError for what no date, number or name can be.
    """
    fresh = {name: value for name, value in said.items() if value is not None}
    try:
        return msgspec.convert({**msgspec.to_builtins(about), **fresh}, About)
    except msgspec.ValidationError as error:
        raise KnownError(
            _("有一项不对（{detail}），没有保存。日期请写成 2026-09-30 这样。").format(detail=str(error)[:120]),
            code="about",
        ) from error


def _check_days(about: About) -> None:
    for text in (about.dated, about.begins, about.ends, about.expires):
        if text and not is_day(text):
            raise KnownError(
                _("“{day}”不是日期，没有保存。请写成 2026-09-30 这样。").format(day=text[:20]), code="date"
            )
    if about.begins and about.ends and about.begins > about.ends:
        raise KnownError(
            _("所属期从 {begins} 到 {ends}，止在起之前，没有保存。请核对。").format(
                begins=about.begins, ends=about.ends
            ),
            code="date",
        )


def attach_as_one(workspace: Workspace, paths: Sequence[Path], *, indicator: str, name: str) -> tuple[str, Changes]:
    """Make one PDF of many pictures, in their order, turned upright, and attach it. Returns its SHA-256.

    Raises KnownError like `attach`, and for a file that is no picture.
    """
    with TemporaryDirectory(prefix="vetdesk-") as place:
        target = Path(place) / f"{clean_label(name.strip()) or _('合并的照片')}.pdf".replace("/", "_").replace(
            "\\", "_"
        )
        pictures_to_pdf(paths, target)
        sha256, changes = attach(workspace, target, indicator=indicator)
        made = one_of(workspace, sha256, indicator=indicator)
        return sha256, changes | describe(workspace, made, msgspec.structs.replace(made.about, pages=len(paths)))


def use_sent(workspace: Workspace, round_id: str, unit: str, sent: Iterable[bodies.EvidenceEntry]) -> None:
    """Attach evidence as a package names it, its contents being here, in the caller's transaction."""
    for each in sent:
        evidence.record(workspace, each.sha256, each.size, each.mime)
        evidence.use(
            workspace, round_id, unit, each.sha256,
            indicator=each.indicator, label=each.label, about=each.about or NOTHING,
        )  # fmt: skip


def detach(workspace: Workspace, each: Evidence) -> Changes:
    """Take an evidence file off an indicator; its content stays on disk."""
    found = desk(workspace)
    unit = own_unit(workspace).code
    with workspace.atomic():
        evidence.drop(workspace, found.round.id, unit, each)
    return Changes(evidence=True, units=frozenset({unit}))


def clean_label(name: str) -> str:
    """A file name as a label: normalised, direction marks and control characters shown, length limited."""
    import unicodedata

    plain = unicodedata.normalize("NFC", name)
    shown = "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in plain
    )
    return shown[:LABEL]
