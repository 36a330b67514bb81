"""Who has still to send something, with whom to call: told as text for a message, and chosen in the list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction

from vetdesk.models.packs.conclude import Outcome
from vetdesk.models.records.verdicts import Verdict
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
    WORST = "worst"
    ONE_SHORT = "one_short"
    INCOMPLETE = "incomplete"
    MET = "met"
    FAR = "far"
    OUTSIDE = "outside"

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
    Choice.WORST: mark("差得最多的在前"),
    Choice.ONE_SHORT: mark("只差一项"),
    Choice.INCOMPLETE: mark("数据不全或待核"),
    Choice.MET: mark("已达标"),
    Choice.FAR: mark("与同类差得多"),
    Choice.OUTSIDE: mark("标准不适用"),
}


def one_short(line: Line) -> bool:
    """Whether a school misses exactly one indicator and nothing is open."""
    return line.conclusion.unmet == 1 and not line.conclusion.open


def chosen(board: Board, choice: Choice, *, far: Collection[str] | None = None) -> list[Line]:
    """The schools of a choice, in the order of the register; the worst with those first that miss most. A school that sent
    nothing is neither met nor unmet.

    `far` are schools with a value far from others, where that was worked out already.
    """
    if far is None:
        far = {unit for unit, _indicator in outliers(board)} if choice is Choice.FAR else ()
    tests: Mapping[Choice, Callable[[Line], bool]] = {
        Choice.ALL: lambda _line: True,
        Choice.NOT_SENT: lambda line: line.seq == 0 and line.applies,
        Choice.OVERDUE: lambda line: line.state is UnitState.OVERDUE,
        Choice.UNCONFIRMED: lambda line: line.state is UnitState.UNCONFIRMED,
        Choice.RETURNED: lambda line: line.state is UnitState.RETURNED,
        Choice.UNMET: lambda line: line.seq > 0 and line.conclusion.outcome is Outcome.UNMET,
        Choice.WORST: lambda line: line.seq > 0 and line.conclusion.unmet > 0,
        Choice.ONE_SHORT: lambda line: line.seq > 0 and one_short(line),
        Choice.INCOMPLETE: lambda line: line.seq > 0 and line.conclusion.outcome not in _SETTLED,
        Choice.MET: lambda line: line.conclusion.outcome is Outcome.MET,
        Choice.FAR: lambda line: line.unit.code in far,
        Choice.OUTSIDE: lambda line: not line.applies,
    }
    found = [line for line in board.lines if tests[choice](line)]
    return sorted(found, key=_missed, reverse=True) if choice is Choice.WORST else found


def _missed(line: Line) -> tuple[int, Fraction]:
    """How many indicators of its standard a school misses, and by how much of their thresholds together."""
    far = Fraction(0)
    for name in line.deciding.indicators:
        judged = line.judged[line.stage][name]
        if judged.verdict is Verdict.UNMET and judged.value is not None and judged.threshold:
            far += abs(judged.value - judged.threshold) / abs(judged.threshold)
    return line.conclusion.unmet, far


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


def reply_message(board: Board, *, title: str, file: str, code: str) -> str:
    """What to write beside a reply: which file to open, and which schools have something to mend."""
    back = [line.unit.name for line in board.lines if line.state is UnitState.RETURNED]
    mending = [line.unit.name for line in board.lines if line.state is UnitState.RECTIFYING]
    said = _(
        "【{title}】收到 {received} 所学校的上报，回执在文件“{file}”里，各校用“职教达标”打开，只看得到自己的部分。核对码 {code}。"
    ).format(title=title, received=board.received, file=file, code=code)
    if back:
        said += _("请按退回意见修改后再报：{names}。").format(names=_("、").join(back))
    if mending:
        said += _("请按核查问题整改：{names}。").format(names=_("、").join(mending))
    return said
