"""What is printed for signing: draft, sign sheet, pledge, and the sheet of corrections (WORDS S7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from vetdesk.models.operations.assess import Standing, standing
from vetdesk.models.operations.confirmations import confirmations, sections
from vetdesk.models.operations.finalise import SealState, changed_since, seal_now
from vetdesk.models.operations.home_text import sent_line
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.packs import trace
from vetdesk.models.packs.fields import Field
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import UNFILLED, Entry, State
from vetdesk.models.records.words import _, mark, pick
from vetdesk.models.reports.html_page import code, heading, page, paragraph, places_to_sign, table, write_page
from vetdesk.models.store import evidence, exchange, inspection
from vetdesk.models.store.workspace import Workspace, now
from vetdesk.models.sync.codes import short_code


class SheetKind(StrEnum):
    """Which sheet."""

    DRAFT = "draft"
    SIGN = "sign"
    PLEDGE = "pledge"
    CORRECTIONS = "corrections"
    HANDOVER = "handover"


_NAMES = {
    SheetKind.DRAFT: mark("校核稿"),
    SheetKind.SIGN: mark("签字表"),
    SheetKind.PLEDGE: mark("承诺书"),
    SheetKind.CORRECTIONS: mark("更正表"),
    SheetKind.HANDOVER: mark("交接单"),
}


def sheet_name(found: Standing, kind: SheetKind) -> str:
    """What the file of a sheet is called."""
    return f"{found.desk.round.period}_{_(_NAMES[kind])}.html"


def write_sheet(workspace: Workspace, kind: SheetKind, target: Path) -> None:
    """Write a sheet as a page to print (HTML).

    Raises KnownError where sign sheet or pledge are asked for before 定稿 or after an edit, where nothing was corrected,
    and where the place cannot be written.
    """
    found = standing(workspace)
    if kind is SheetKind.DRAFT:
        text = _draft(found)
    elif kind is SheetKind.HANDOVER:
        text = _handover(workspace, found)
    else:
        text = _sealed_sheet(workspace, found, kind)
    write_page(text, target)


def _sealed_sheet(workspace: Workspace, found: Standing, kind: SheetKind) -> str:
    held = seal_now(workspace)
    if held.state is not SealState.SEALED:
        raise KnownError(_("还没有定稿，或定稿以后又改过数据，没有生成。请先定稿。"), code="not_sealed")
    if kind is SheetKind.PLEDGE:
        return _pledge(found, held.code)
    if kind is SheetKind.SIGN:
        return _sign(workspace, found, held.code)
    changed = changed_since(workspace)
    if not changed:
        raise KnownError(_("与上一次定稿相比没有改过数据，不用更正表，没有生成。"), code="nothing_changed")
    return _corrections(found, held.code, changed)


def _draft(found: Standing) -> str:
    return page(
        _("{title}　校核稿").format(title=found.desk.round.title),
        paragraph(_("供领导审阅，不用签字盖章。数据还可以修改。"), "small"),
        *_head(found),
        *_verdicts(found),
        *_figures(found),
        *_explanations(found),
    )


def _handover(workspace: Workspace, found: Standing) -> str:
    """What the next person at the desk must know: where everything lies, how far it is, what went out and came back."""
    each, unit = found.desk.round, found.unit.code
    done, total = found.assessment.filled()
    used = evidence.used(workspace, each.id, unit)
    findings = [one for one in inspection.findings(workspace, each.id, unit=unit) if one.state != "closed"]
    remarks = inspection.comments(workspace, each.id, unit)
    today = dt.datetime.now(dt.UTC).astimezone().date()
    sent = [
        (
            _("第 {seq} 版").format(seq=one.seq),
            one.at[:16].replace("T", " "),
            short_code(one.hash),
            sent_line(one, today),
        )
        for one in exchange.packages(workspace, kind="submission", direction="out")
    ]
    nothing = paragraph(_("还没有上报过。"))
    return page(
        _("{title}　交接单").format(title=each.title),
        *_head(found),
        paragraph(_("截止日期：{date}　主管部门：{bureau}").format(date=each.deadline, bureau=each.bureau_name)),
        paragraph(_("填报人：{person}").format(person=workspace.meta("person") or "—")),
        paragraph(_("数据文件夹：{folder}").format(folder=workspace.folder)),
        paragraph(
            _("已填 {done}/{total} 项，佐证材料 {files} 件，退回待改 {returned} 项，未销号问题 {findings} 个。").format(
                done=done, total=total, files=len(used), returned=len(remarks), findings=len(findings)
            )
        ),
        paragraph(found.assessment.full_sentence()),
        heading(_("上报记录")),
        table((_("版次"), _("生成时间"), _("核对码"), _("到哪一步了")), sent) if sent else nothing,
        heading(_("这台电脑的身份码")),
        paragraph(own_keys(workspace).digits),
        paragraph(_("换电脑：先在这里备份，到新电脑恢复，并带上身份文件；没有备份的，请主管部门导出恢复包。"), "small"),
        places_to_sign(_("移交人（签字）："), _("接收人（签字）："), _("日期：　　　年　　月　　日")),
    )


def _sign(workspace: Workspace, found: Standing, digits: str) -> str:
    names = sections(workspace)
    given = [each.line(names) for each in confirmations(workspace) if each.holds]
    return page(
        _("{title}　签字表").format(title=found.desk.round.title),
        *_head(found),
        paragraph(_("核对码（与上报文件一致才有效；改动任何数据，核对码都会变）：")),
        code(digits),
        *_verdicts(found),
        *_figures(found),
        *_explanations(found),
        *([heading(_("电脑上的确认")), *(paragraph(each) for each in given)] if given else []),
        places_to_sign(
            _("填报人（签字）："), _("校长（签字）："), _("学校（盖章）："), _("日期：　　　年　　月　　日")
        ),
    )


def _pledge(found: Standing, digits: str) -> str:
    return page(
        _("承诺书"),
        paragraph(
            _("{school}就{title}郑重承诺：所填数据和佐证材料真实、准确、完整，口径符合规定，愿对其真实性负责。").format(
                school=found.unit.name, title=found.desk.round.title
            )
        ),
        paragraph(_("本承诺书对应的签字表核对码：")),
        code(digits),
        places_to_sign(_("校长（签字）："), _("学校（盖章）："), _("日期：　　　年　　月　　日")),
    )


def _corrections(found: Standing, digits: str, changed: dict[str, tuple[Entry, Entry]]) -> str:
    fields = found.desk.fields
    rows = [
        (pick(fields[name].text), fields[name].unit, _text(fields[name], then), _text(fields[name], here))
        for name, (then, here) in changed.items()
    ]
    return page(
        _("{title}　更正表").format(title=found.desk.round.title),
        *_head(found),
        paragraph(_("只列出上一次定稿以后改动的 {count} 项，其余不变。新的核对码：").format(count=len(rows))),
        code(digits),
        table((_("数据项"), _("单位"), _("原来"), _("更正为")), rows, numbers=frozenset({2, 3})),
        places_to_sign(
            _("填报人（签字）："), _("校长（签字）："), _("学校（盖章）："), _("日期：　　　年　　月　　日")
        ),
    )


def _head(found: Standing) -> Iterator[str]:
    yield paragraph(_("学校：{name}（{code}）").format(name=found.unit.name, code=found.unit.code))
    yield paragraph(
        _("数据时点：{point}　打印时间：{at}").format(
            point=found.desk.round.reference_date or "—", at=now()[:16].replace("T", " ")
        )
    )


def _verdicts(found: Standing) -> Iterator[str]:
    seen = found.assessment
    yield heading(_("自评结论"))
    yield paragraph(seen.full_sentence())
    pack = seen.deciding
    rows = []
    for name, indicator in pack.indicators.items():
        judged = seen.judged[pack.id][name]
        rows.append(
            (
                pick(indicator.text),
                seen.spelled(pack, name) or "—",
                trace.required(indicator, judged),
                judged.verdict.word,
            )
        )
    yield table((_("指标"), _("计算"), _("达标值"), _("结论")), rows)


def _figures(found: Standing) -> Iterator[str]:
    seen = found.assessment
    yield heading(_("申报数据"))
    rows = []
    for field in seen.form():
        entry = seen.entries.get(field.id, UNFILLED)
        if entry.state is not State.UNFILLED:
            last = entry_text(field, seen.previous.get(field.id, UNFILLED))
            rows.append((pick(field.text), field.unit, _text(field, entry), last))
    yield table((_("数据项"), _("单位"), _("今年"), _("去年")), rows, numbers=frozenset({2, 3}))


def _explanations(found: Standing) -> Iterator[str]:
    texts = [(rule, text) for rule, text in found.explanations.items() if text.strip()]
    if texts:
        yield heading(_("说明"))
        yield table((_("规则"), _("学校说明")), texts)


def _text(field: Field, entry: Entry) -> str:
    if entry.state is State.GIVEN:
        return entry_text(field, entry)
    return (
        _("{state}：{reason}").format(state=entry.state.word, reason=entry.reason) if entry.reason else entry.state.word
    )
