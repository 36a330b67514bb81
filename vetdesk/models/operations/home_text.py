"""Puts a school's snapshot into the words of its home (WORDS S3)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vetdesk.models.operations.home_summary import GapLine, HomeSummary, TodoLine
from vetdesk.models.operations.round_plan import stages_line
from vetdesk.models.operations.views import SchoolView
from vetdesk.models.packs import trace
from vetdesk.models.packs.conclude import full_sentence
from vetdesk.models.records.facts import UNFILLED, State
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.records.words import _, mark, pick

if TYPE_CHECKING:
    from vetdesk.models.store.exchange import PackageRecord

SENT_WORDS = {
    "exported": mark("已生成，待回执"),
    "received": mark("已接收，核对码一致"),
    "returned": mark("已退回"),
    "accepted": mark("审核通过"),
}
SENT_ROLES = {"accepted": "met", "received": "met", "returned": "unmet"}
ALERT = "● "


RESEND_AFTER_DAYS = 2


def sent_line(each: PackageRecord, today: dt.date) -> str:
    """How far a file that was sent has come: made, received (the code agrees), accepted or returned."""
    text = _(SENT_WORDS.get(each.state, each.state))
    if each.state != "exported":
        return text
    try:
        days = (today - dt.date.fromisoformat(each.at[:10])).days
    except ValueError:
        return text
    if days < RESEND_AFTER_DAYS:
        return text
    return _("没有回执，已 {days} 天，请重发一次或打电话问问").format(days=days)


def summarise(view: SchoolView) -> HomeSummary:
    """What the home of this snapshot says, in the language now spoken."""
    seen, each = view.assessment, view.standing.desk.round
    pack = seen.deciding
    said = seen.conclusion()
    judged = seen.judged[pack.id]
    opened = [
        one.indicator
        for one in judged.values()
        if one.verdict in (Verdict.INCOMPLETE, Verdict.INCOMPUTABLE, Verdict.UNVERIFIED)
    ]
    last = view.sent[0] if view.sent else None
    return {
        "folder": view.folder,
        "school": view.standing.unit.name,
        "side_line": _("{title}\n学校填报").format(title=each.title)
        + (_("\n填报人：{name}").format(name=view.person) if view.person else ""),
        "notes": notes(view),
        "round_line": _("{title}　截止 {date}，{{left}}　数据时点 {point}").format(
            title=each.title.replace("{", "").replace("}", ""), date=each.deadline, point=each.reference_date
        )
        + (f"\n{stages_line(each)}" if each.stages else ""),
        "deadline": each.deadline,
        "filled": list(seen.filled()),
        "met": [said.met, said.total],
        "standard": _("按《{pack}》（主标准）").format(pack=pick(pack.text)),
        "sentence": seen.sentence(),
        "copied": _("{school}：{sentence}").format(school=view.standing.unit.name, sentence=full_sentence(pack, said)),
        "banner": _banner(view),
        "gaps": [_gap_line(view, name) for name, one in judged.items() if one.verdict is Verdict.UNMET],
        "no_gap": _("已填的指标都达标。")
        if opened
        else _("{count} 项全部达标，没有缺口。").format(count=len(pack.indicators)),
        "open_line": _("另有 {count} 项还不能判断：{names}").format(
            count=len(opened), names=_("、").join(pick(pack.indicators[name].text) for name in opened)
        )
        if opened
        else "",
        "todo": _todo(view)[:3],
        "sent": _("第 {seq} 版").format(seq=last.seq) if last else "",
        "sent_badge": _(SENT_WORDS.get(last.state, last.state)) if last else "",
        "sent_role": SENT_ROLES.get(last.state, "warn") if last else "",
        "others": [[f"《{pick(one.text)}》　{one.document}", seen.sentence(one)] for one in seen.packs[1:]],
    }


def to_settle(view: SchoolView) -> int:
    """How many checks stand between the school and its submission."""
    each = view.standing
    return len(each.blocking()) + len(each.unexplained()) + len(each.silent_disputes())


def notes(view: SchoolView) -> dict[str, str]:
    """The counts beside the titles of the side; those that ask for action begin with a dot."""
    done, total = view.assessment.filled()
    waiting = to_settle(view)
    back = len(view.open_findings) + len(view.comments) + (not view.acknowledged)
    differing = sum(each.state == "open" for each in view.conflicts)
    return {
        "fill": f"{done}/{total}",
        "checks": f"{ALERT}{waiting}" if waiting else "",
        "evidence": str(len(view.evidence)) if view.evidence else "",
        "findings": f"{ALERT}{back}" if back else "",
        "merge": f"{ALERT}{differing}" if differing else "",
    }


def _banner(view: SchoolView) -> str:
    texts = []
    if view.comments:
        due = next((each.due for each in view.comments if each.due), "")
        texts.append(
            _("主管部门退回了 {count} 项，请于 {due} 前改好。").format(count=len(view.comments), due=due)
            if due
            else _("主管部门退回了 {count} 项，请改好后重新上报。").format(count=len(view.comments))
        )
    if not view.acknowledged:
        texts.append(_("有 {count} 项审定值与本校填的不同，请看“整改”。").format(count=len(view.corrections)))
    if view.open_findings:
        texts.append(_("有 {count} 个核查问题未销号。").format(count=len(view.open_findings)))
    return "".join(texts)


def _gap_line(view: SchoolView, name: str) -> GapLine:
    seen = view.assessment
    pack = seen.deciding
    indicator, judged = pack.indicators[name], seen.judged[pack.id][name]
    found = seen.gaps(pack, name)
    return {
        "badge": f"{judged.verdict.sign} {judged.verdict.word}",
        "role": "unmet",
        "name": pick(indicator.text),
        "numbers": f"{seen.spelled(pack, name)}　{trace.required(indicator, judged)}　"
        f"{indicator.bar(judged.bar).document} {indicator.bar(judged.bar).article}",
        "gap": seen.gap_sentence(pack, name),
        "fact": found[0].fact if found else min(indicator.facts),
    }


def _todo(view: SchoolView) -> list[TodoLine]:
    seen = view.assessment
    todo: list[TodoLine] = []
    done, total = seen.filled()
    if done < total:
        empty = next(
            each.id for each in seen.deciding.form() if seen.entries.get(each.id, UNFILLED).state is not State.GIVEN
        )
        todo.append({"text": _("还有 {count} 项没填").format(count=total - done), "page": "fill", "fact": empty})
    waiting = to_settle(view)
    if waiting:
        todo.append({"text": _("校验有 {count} 项要处理").format(count=waiting), "page": "checks", "fact": ""})
    if view.comments or view.open_findings:
        todo.append({"text": _("处理退回的数据和核查问题"), "page": "findings", "fact": ""})
    if not view.evidence:
        todo.append({"text": _("添加佐证材料"), "page": "evidence", "fact": ""})
    if done == total and not waiting:
        todo.append({"text": _("生成上报包，发给主管部门"), "page": "submit", "fact": ""})
    return todo
