"""Who has still to send something, with whom to call: told as text for a message, and chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum

from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.records.words import _, mark
from vetdesk.models.rollup.board import Board, Line, UnitState
from vetdesk.models.rollup.outliers import outliers


class Choice(StrEnum):
    """Which schools of the overview are shown."""

    ALL = "all"
    NOT_SENT = "not_sent"
    OVERDUE = "overdue"
    UNCONFIRMED = "unconfirmed"
    RETURNED = "returned"
    UNMET = "unmet"
    ONE_SHORT = "one_short"
    INCOMPLETE = "incomplete"
    MET = "met"
    FAR = "far"

    @property
    def word(self) -> str:
        """What the screen calls it."""
        return _(_WORDS[self])


_WORDS = {
    Choice.ALL: mark("全部学校"),
    Choice.NOT_SENT: mark("还没有上报"),
    Choice.OVERDUE: mark("逾期未报"),
    Choice.UNCONFIRMED: mark("待核对身份"),
    Choice.RETURNED: mark("退回未改"),
    Choice.UNMET: mark("未达标"),
    Choice.ONE_SHORT: mark("只差一项"),
    Choice.INCOMPLETE: mark("数据不全或待核"),
    Choice.MET: mark("已达标"),
    Choice.FAR: mark("与同类差得多"),
}


def one_short(line: Line) -> bool:
    """Whether a school misses exactly one indicator and nothing is open."""
    return line.conclusion.unmet == 1 and not line.conclusion.open


def chosen(board: Board, choice: Choice, *, far: Collection[str] | None = None) -> list[Line]:
    """The schools of a choice, in the order of the register. A school that sent nothing is neither met nor unmet.

    `far` are schools with a value far from others, where that was worked out already.
    """
    if far is None:
        far = {unit for unit, _indicator in outliers(board)} if choice is Choice.FAR else ()
    tests: Mapping[Choice, Callable[[Line], bool]] = {
        Choice.ALL: lambda _line: True,
        Choice.NOT_SENT: lambda line: line.seq == 0,
        Choice.OVERDUE: lambda line: line.state is UnitState.OVERDUE,
        Choice.UNCONFIRMED: lambda line: line.state is UnitState.UNCONFIRMED,
        Choice.RETURNED: lambda line: line.state is UnitState.RETURNED,
        Choice.UNMET: lambda line: line.seq > 0 and line.conclusion.outcome is Outcome.UNMET,
        Choice.ONE_SHORT: lambda line: line.seq > 0 and one_short(line),
        Choice.INCOMPLETE: lambda line: line.seq > 0 and line.conclusion.outcome not in _SETTLED,
        Choice.MET: lambda line: line.conclusion.outcome is Outcome.MET,
        Choice.FAR: lambda line: line.unit.code in far,
    }
    return [line for line in board.lines if tests[choice](line)]


_SETTLED = (Outcome.MET, Outcome.UNMET, Outcome.NOT_APPLICABLE)


def contact_word(role: str) -> str:
    """What the screen calls who answers in a role."""
    return _(_CONTACTS[role])


_CONTACTS = {"contact": mark("填表人"), "head": mark("校长"), "deputy": mark("分管副校长")}


def reminder(lines: Iterable[Line], *, title: str, deadline: str, role: str = "contact") -> str:
    """A message that names these schools, each with its state and whom to call: who answers there in a role."""
    names = [
        " ".join(filter(None, (f"{at}. {each.unit.name}", each.state.word, *each.unit.contact(role))))
        for at, each in enumerate(lines, start=1)
    ]
    head = _("【{title}】截止 {deadline}，以下 {count} 所学校请抓紧：").format(
        title=title, deadline=deadline, count=len(names)
    )
    return "\n".join((head, *names))
