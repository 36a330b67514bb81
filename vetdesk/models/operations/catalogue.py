"""The list of a school's evidence as it is handed in: numbered by indicator, with source, pages and kind (domain 8.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vetdesk.models.operations.desk import Desk, desk, own_unit
from vetdesk.models.records.about_evidence import About, kind_word
from vetdesk.models.records.words import _, pick
from vetdesk.models.reports import to_excel
from vetdesk.models.reports.content import Cell, Document, Table, number, text
from vetdesk.models.store import evidence
from vetdesk.models.store.evidence import STAMPED, Evidence
from vetdesk.models.store.workspace import Workspace, wrong_role


def numbered(found: Desk, every: list[Evidence]) -> Iterator[tuple[str, str, Evidence]]:
    """`(number, indicator's name, evidence)`: a letter for the standard, its section, the indicator in it, the piece.

    Like `A1-2-03`; the same content proves several indicators under several numbers. What proves nothing comes last.
    """
    by_indicator: dict[str, list[Evidence]] = {}
    for each in every:
        by_indicator.setdefault(each.indicator, []).append(each)
    for letter, pack in zip("ABCDEFGHJKLMNPQRSTUVWXYZ", found.packs, strict=False):
        groups = list(dict.fromkeys(each.group for each in pack.indicators.values()))
        places = dict.fromkeys(groups, 0)
        for name, indicator in pack.indicators.items():
            places[indicator.group] += 1
            for at, each in enumerate(by_indicator.pop(name, ()), start=1):
                section = groups.index(indicator.group) + 1
                yield f"{letter}{section}-{places[indicator.group]}-{at:02d}", pick(indicator.text), each
    for name, left in by_indicator.items():
        for at, each in enumerate(left, start=1):
            yield f"Z-{at:02d}", _("盖章件") if name == STAMPED else name, each


def catalogue(workspace: Workspace) -> Document:
    """The list as content.

    Raises KnownError in a workspace of another role.
    """
    if workspace.role != "school":
        raise wrong_role(workspace.role, "school")
    found, unit = desk(workspace), own_unit(workspace)
    every = evidence.used(workspace, found.round.id, unit.code)
    rows = [_row(code, proves, each, found) for code, proves, each in numbered(found, every)]
    table = Table(
        name=_("佐证材料目录"),
        title=_("{school}佐证材料目录").format(school=unit.name),
        left=_("标识码：{code}").format(code=unit.code),
        right=_("{period} 年度").format(period=found.round.period),
        headings=(
            _("编号"), _("名称（年份）"), _("证明的指标"), _("来源部门"), _("页数"), _("责任人"), _("原件/复印件"),
            _("文件日期"), _("有效期至"), _("标注"),
        ),
        rows=rows,
    )  # fmt: skip
    said = _("共 {count} 件，{contents} 个文件。").format(
        count=len(every), contents=len({each.sha256 for each in every})
    )
    return Document(title=table.title, paragraphs=(said,), tables=(table,))


def _row(code: str, proves: str, each: Evidence, found: Desk) -> tuple[Cell, ...]:
    about = each.about
    return (
        text(code), text(f"{each.label}（{_year(about)}）" if _year(about) else each.label), text(proves),
        text(about.department), number(about.pages or None), text(about.person), text(kind_word(about.kind)),
        text(about.dated), text(about.expires), text(_pins(about, found)),
    )  # fmt: skip


def _year(about: About) -> str:
    return (about.ends or about.dated)[:4]


def _pins(about: About, found: Desk) -> str:
    fields = found.fields
    said = []
    for pin in about.pins:
        name = pick(fields[pin.fact].text) if pin.fact in fields else ""
        said.append(" ".join(filter(None, (_("第 {page} 页").format(page=pin.page), name, pin.note))))
    return _("；").join(said)


def write_catalogue(workspace: Workspace, target: Path) -> None:
    """Write the list to an .xlsx file. Raises like `catalogue`, and KnownError where the place cannot be written."""
    to_excel.write(catalogue(workspace), target)
