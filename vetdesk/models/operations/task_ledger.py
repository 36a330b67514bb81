"""The tasks of the city's plan: who leads, who answers, what each office reports every half-year; sheets out and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.operations.sheets import cell_name, read_sheets
from vetdesk.models.packs import source
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.store import register
from vetdesk.models.store.tasks import TaskNote, put_notes, task_notes
from vetdesk.models.store.workspace import Workspace, wrong_role

PLAN = "sq_2025"
"""The shipped plan with its 20 tasks (domain.md 6.4), where no standard of a round has tasks of its own."""

STATE_WORDS = {
    "not_started": mark("未启动"),
    "in_progress": mark("推进中"),
    "done": mark("已完成"),
    "stuck": mark("有困难"),
}
"""How far an office says a task is."""

_HALF = re.compile(r"20[0-9]{2}-[12]", re.ASCII)
_MARK = "vd:tasks:"
_LONGEST = 2000
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan: its number and name, leading and responsible offices, ids of the indicators it moves."""

    number: str
    name: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    indicators: tuple[str, ...]

    @property
    def offices(self) -> tuple[str, ...]:
        """All offices, those that lead first."""
        return tuple(dict.fromkeys((*self.lead, *self.responsible)))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan with its tasks."""

    pack: Pack
    tasks: tuple[Task, ...]

    @property
    def offices(self) -> tuple[str, ...]:
        """Every office of the plan, in the order of the tasks."""
        return tuple(dict.fromkeys(office for task in self.tasks for office in task.offices))

    def task(self, number: str) -> Task:
        """A task by its number.

        Raises KnownError where there is none.
        """
        found = next((each for each in self.tasks if each.number == number.strip()), None)
        if found is None:
            raise KnownError(
                _("没有第“{number}”项任务，没有改动。共 {count} 项。").format(
                    number=number[:20], count=len(self.tasks)
                ),
                code="no_task",
            )
        return found


def plan(workspace: Workspace) -> Plan:
    """The plan a bureau works by: a standard of its round that has tasks, else the shipped one.

    Raises KnownError in another role.
    """
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    newest = register.newest_round(workspace)
    packs = register.packs(workspace, newest) if newest else []
    pack = next((each for each in packs if each.tasks), None) or source.load(PLAN)
    return Plan(
        pack,
        tuple(
            Task(
                str(each["no"]), pick(each), tuple(each.get("lead", ())), tuple(each.get("responsible", ())),
                tuple(each.get("indicators", ())),
            )
            for each in pack.tasks
        ),
    )  # fmt: skip


def half_text(half: str) -> str:
    """`2026-1` as `2026 年上半年`."""
    year, _dash, number = half.partition("-")
    return (_("{year} 年上半年") if number == "1" else _("{year} 年下半年")).format(year=year)


def check_half(half: str) -> str:
    """The half-year, where it is one (`2026-1` or `2026-2`).

    Raises KnownError.
    """
    if not _HALF.fullmatch(half):
        raise KnownError(
            _("“{half}”不是半年，没有改动。上半年写成 2026-1，下半年写成 2026-2。").format(half=half[:20]), code="half"
        )
    return half


def note(
    workspace: Workspace, number: str, *, half: str, office: str, state: str, text: str, document: str = ""
) -> Changes:
    """Keep what an office says of a task, in one act.

    Raises KnownError for an unknown task, half-year, office or state, and where nothing is said.
    """
    made = _note(plan(workspace), number, check_half(half), office, state, text, document)
    with workspace.atomic():
        if not put_notes(workspace, [made]):
            raise KnownError(_("与现在一样，没有改动。"), code="unchanged")
    return Changes(rounds=True)


def _note(found: Plan, number: str, half: str, office: str, state: str, text: str, document: str) -> TaskNote:
    task = found.task(number)
    office = office.strip()
    if office not in task.offices:
        raise KnownError(
            _("“{office}”不是第 {number} 项任务的牵头或责任单位，没有改动。").format(
                office=office[:40], number=task.number
            ),
            code="no_office",
        )
    key = next((key for key, word in STATE_WORDS.items() if state.strip() in (key, word, _(word))), "")
    if not key:
        raise KnownError(
            _("“{state}”不是任务的状态，没有改动。可以写：{known}。").format(
                state=state[:20], known=_("、").join(_(word) for word in STATE_WORDS.values())
            ),
            code="state",
        )
    for what, said in ((_("进展"), text), (_("依据"), document)):
        if len(said.strip()) > _LONGEST:
            raise KnownError(
                _("第 {number} 项的{what}太长（最多 {limit} 个字），没有改动。").format(
                    number=task.number, what=what, limit=_LONGEST
                ),
                code="too_long",
            )
        if said.strip() in _ERRORS:
            raise KnownError(
                _("第 {number} 项的{what}是 Excel 的错误值“{text}”，没有改动。请改成文字。").format(
                    number=task.number, what=what, text=said.strip()
                ),
                code="no_text",
            )
    if not text.strip():
        raise KnownError(_("第 {number} 项没有写进展，没有改动。").format(number=task.number), code="no_text")
    return TaskNote(found.pack.id, task.number, half, office, key, text.strip(), document.strip())


def write_sheets(workspace: Workspace, folder: Path, half: str, *, offices: Sequence[str] = ()) -> list[Path]:
    """One workbook for every office (or those named): its tasks, what was said before, and where to write.

    Raises KnownError for an unknown half-year or office, and where the place cannot be written.
    """
    found = plan(workspace)
    check_half(half)
    unknown = next((each for each in offices if each not in found.offices), None)
    if unknown is not None:
        raise KnownError(_("计划里没有单位“{office}”，没有生成。").format(office=unknown[:40]), code="no_office")
    said = {(each.task, each.office): each for each in task_notes(workspace, half=half)}
    made = []
    for office in offices or found.offices:
        target = folder / f"{half_text(half)}任务进展_{re.sub(r'[^0-9A-Za-z一-鿿]', '_', office)}.xlsx"
        _write_sheet(found, office, half, said, target)
        made.append(target)
    return made


def _write_sheet(found: Plan, office: str, half: str, said: dict[tuple[str, str], TaskNote], target: Path) -> None:
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    from vetdesk.models.reports.to_excel import put_text, save
    from vetdesk.models.store.outputs import check_target

    check_target(target)
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "任务进展"
    put_text(page.cell(1, 1), f"{_MARK}{found.pack.id}:{half}")
    put_text(page.cell(1, 2), office)
    page.row_dimensions[1].hidden = True
    title = f"{pick(found.pack.text)}　{half_text(half)}任务进展　{office}"
    put_text(page.cell(2, 1), title).font = Font(bold=True, size=14)
    put_text(
        page.cell(3, 1), "只填黄色的格子：状态从下拉里选，进展写一两句话，依据写文件名或文号。填好发回市教育主管部门。"
    )
    for at, head in enumerate(("任务", "名称", "本单位", "状态", "进展", "依据"), start=1):
        put_text(page.cell(4, at), head).font = Font(bold=True)
    choice = DataValidation(type="list", formula1=f'"{",".join(STATE_WORDS.values())}"', allow_blank=True)
    page.add_data_validation(choice)
    yellow, open_ = PatternFill("solid", fgColor="FFF8DC"), Protection(locked=False)
    at = 5
    for task in found.tasks:
        if office not in task.offices:
            continue
        before = said.get((task.number, office))
        values = (STATE_WORDS[before.state], before.text, before.document) if before else ("", "", "")
        put_text(page.cell(at, 1), task.number)
        put_text(page.cell(at, 2), task.name).alignment = Alignment(wrap_text=True)
        put_text(page.cell(at, 3), "牵头" if office in task.lead else "责任")
        for column, value in enumerate(values, start=4):
            cell = put_text(page.cell(at, column), value)
            cell.fill, cell.protection, cell.alignment = yellow, open_, Alignment(wrap_text=True, vertical="top")
        choice.add(page.cell(at, 4))
        at += 1
    for letter, width in (("A", 8), ("B", 34), ("C", 10), ("D", 12), ("E", 60), ("F", 30)):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A5"
    page.protection.sheet = True
    save(book, target)


def read_task_sheets(workspace: Workspace, files: Sequence[Path]) -> tuple[int, int, Changes]:
    """Take the sheets that came back, all of them in one act; returns how many notes are new or changed, and how many sheets.

    Raises KnownError naming file and cell of the first that cannot be taken; nothing is then taken.
    """
    found, notes = plan(workspace), list[TaskNote]()
    seen: dict[tuple[str, str], str] = {}
    for path in files:
        whose, read = _read_sheet(found, path)
        if whose in seen:
            raise KnownError(
                _("“{first}”和“{second}”是同一个单位同一个半年的表，都没有收下。请只留一份。").format(
                    first=seen[whose], second=path.name
                ),
                code="twice",
            )
        seen[whose] = path.name
        notes += read
    with workspace.atomic():
        changed = put_notes(workspace, notes)
    return changed, len(files), Changes(rounds=True)


def _read_sheet(found: Plan, path: Path) -> tuple[tuple[str, str], list[TaskNote]]:
    """Whose sheet it is and of which half-year, and its notes."""
    rows = read_sheets(path)[0].rows
    head = [str(each or "").strip() for each in (rows[0] if rows else ())]
    wanted = f"{_MARK}{found.pack.id}:"
    if len(head) < 2 or not head[0].startswith(wanted) or not _HALF.fullmatch(head[0].removeprefix(wanted)):
        raise KnownError(
            _("“{file}”不是本程序生成的任务进展表，没有收下。请在原来的表上填。").format(file=path.name),
            code="not_ours",
        )
    half, office = head[0].removeprefix(wanted), head[1]
    title = str(rows[1][0] or "") if len(rows) > 1 and rows[1] else ""
    if half_text(half) not in title or office not in title:
        raise KnownError(
            _("“{file}”的标题与表里的记号对不上（{half}，{office}），没有收下。请在原来的表上填，不要改标题。").format(
                file=path.name, half=half_text(half), office=office[:40]
            ),
            code="not_ours",
        )
    notes: list[TaskNote] = []
    for at, row in enumerate(rows[4:], start=5):
        cells = [str(each if each is not None else "").strip() for each in (*row, *[None] * 6)][:6]
        number, name, _role, state, text, document = cells
        if not number or not (state or text or document):
            continue
        try:
            if found.task(number.removesuffix(".0")).name != name or any(
                each.task == number.removesuffix(".0") for each in notes
            ):
                raise KnownError(
                    _("任务号“{number}”与名称对不上，或写了两次，没有改动。请在原来的表上填。").format(
                        number=number[:20]
                    ),
                    code="no_task",
                )
            notes.append(_note(found, number.removesuffix(".0"), half, office, state, text, document))
        except KnownError as error:
            column = 4 if error.code == "state" else 5 if error.code == "no_text" else 1
            raise KnownError(
                _("“{file}”的 {cell}：{reason}").format(
                    file=path.name, cell=cell_name(at, column), reason=error.sentence
                ),
                code=error.code,
            ) from error
    return (office, half), notes


@dataclass(frozen=True, slots=True)
class TaskLine:
    """How a task stands in a half-year: what its offices said, and which said nothing."""

    task: Task
    notes: tuple[TaskNote, ...]
    silent: tuple[str, ...]

    @property
    def state(self) -> str:
        """`stuck` where any office is, `done` where all leading ones are, else the furthest that is under way; '' for nothing."""
        states = {each.office: each.state for each in self.notes}
        if "stuck" in states.values():
            return "stuck"
        if states and all(states.get(office) == "done" for office in self.task.lead):
            return "done"
        if any(each in ("done", "in_progress") for each in states.values()):
            return "in_progress"
        return "not_started" if states else ""


def ledger(workspace: Workspace, half: str) -> tuple[TaskLine, ...]:
    """Every task in a half-year, in the order of the plan."""
    found = plan(workspace)
    said = [each for each in task_notes(workspace, half=check_half(half)) if each.pack == found.pack.id]
    lines = []
    for task in found.tasks:
        notes = tuple(
            each for office in task.offices for each in said if (each.task, each.office) == (task.number, office)
        )
        answered = {each.office for each in notes}
        lines.append(TaskLine(task, notes, tuple(each for each in task.offices if each not in answered)))
    return tuple(lines)
