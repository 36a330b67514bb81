"""Commands of a school: open a task file, fill, explain, attach, look, check, submit, answer findings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from vetdesk.models.operations import attach as attaching
from vetdesk.models.operations import (
    duplicates,
    handed_down,
    harvest,
    label_memory,
    last_round,
    official,
    peer_groups,
    people,
    rectify,
    undo,
)
from vetdesk.models.operations import fill as filling
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.catalogue import write_catalogue
from vetdesk.models.operations.decide import remark_text
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.label_memory import Label
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit as write_submission
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State
from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.records.sizes import size_text
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _, pick
from vetdesk.models.store import figures, inspection
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync.keys import keys_of
from vetdesk.ui.commands.common import AS_JSON, FILE, OUTPUT, WORKSPACE, Bar, opened, posted_plain, print_json, say


@click.group()
def school() -> None:
    """A school's workspace."""


@school.command("open")
@WORKSPACE
@click.argument("campaign", metavar="CAMPAIGN.vdpkg", type=FILE)
@click.option("--unit", required=True, help="10-digit code of the school.")
@click.option("--person", default="", help="Who fills.")
def open_(workspace: Path, campaign: Path, unit: str, person: str) -> None:
    """Make a school's workspace in a new folder WS from a task file."""
    found = read_campaign(campaign)
    with open_campaign(workspace, found, unit=unit, filler=person) as ws:
        say(
            _("{school}：{title}，截止 {deadline}。").format(
                school=ws.meta("name"), title=found.body.round.title, deadline=desk(ws).round.deadline
            )
        )


@click.command("set")
@WORKSPACE
@click.argument("pairs", metavar="FACT=VALUE…", nargs=-1, required=True)
@click.option("--year", type=click.Choice(["this", "last"]), default="this", help="This or last year's figures.")
def set_(workspace: Path, pairs: tuple[str, ...], year: str) -> None:
    """Fill figures. `set WS -` reads one FACT=VALUE a line and prints `ACK n` after each is durable."""
    with opened(workspace, role="school") as ws:
        if pairs == ("-",):
            for number, line in enumerate(sys.stdin, start=1):
                if line.strip():
                    filling.set_figures(ws, dict([_pair(line.strip())]), year=year)
                    click.echo(f"ACK {number}")
                    sys.stdout.flush()
            return
        changes = filling.set_figures(ws, dict(_pair(each) for each in pairs), year=year)
    say(
        _("已保存：改动 {changed} 项，不变 {same} 项。").format(
            changed=len(changes.facts), same=len(pairs) - len(changes.facts)
        )
    )


@school.command("person")
@WORKSPACE
@click.argument("name", required=False)
def person_(workspace: Path, name: str | None) -> None:
    """Say who is at the keyboard and who was, or let somebody else go on: edits are noted under that name."""
    with opened(workspace, role="school") as ws:
        if name is not None:
            people.change_person(ws, name)
        known = people.people(ws)
    say(_("现在的填报人：{name}").format(name=known[0] if known else "—"))
    if name is None and len(known) > 1:
        say(_("以前的：{names}").format(names=_("、").join(known[1:])))


@click.command("take-over")
@WORKSPACE
@click.argument("facts", metavar="[FACT…]", nargs=-1)
def take_over(workspace: Path, facts: tuple[str, ...]) -> None:
    """Fill figures that are not filled yet (those named, or all) with last year's, in one act."""
    with opened(workspace, role="school") as ws:
        wanted = [filling.field_of(ws, each).id for each in facts] or list(desk(ws).fields)
        changes = filling.take_over(ws, wanted)
    say(_("已沿用去年 {count} 项，请逐项核对。").format(count=len(changes.facts)))


def _pair(text: str) -> tuple[str, str]:
    fact, equals, value = text.partition("=")
    if not equals:
        raise KnownError(_("“{text}”应写成 数据项=值，没有改动。例如 students_ft=1200。").format(text=text[:60]))
    return fact.strip(), value


@school.command("dispute")
@WORKSPACE
@click.argument("fact")
@click.argument("value", required=False)
@click.argument("reason", required=False)
@click.option("--withdraw", is_flag=True, help="Let it be again what the bureau gave.")
def dispute_(workspace: Path, fact: str, value: str | None, reason: str | None, withdraw: bool) -> None:
    """Say that a figure of last year which the bureau gave should be VALUE, and why."""
    with opened(workspace, role="school") as ws:
        if withdraw:
            handed_down.withdraw(ws, filling.field_of(ws, fact).id)
        else:
            handed_down.dispute(ws, fact, value or "", reason or "")
        left = standing(ws).disputes()
    for each in left:
        say(each.sentence)
    if not left:
        say(_("去年的数与主管部门给的一样。"))


@school.command("official")
@WORKSPACE
@click.option("--acknowledge", is_flag=True, help="Note that they were seen.")
@AS_JSON
def official_(workspace: Path, acknowledge: bool, as_json: bool) -> None:
    """List accepted figures that differ from the school's own, with the bureau's reason."""
    with opened(workspace, role="school") as ws:
        if acknowledge:
            official.acknowledge(ws)
        found = official.corrections(ws)
        seen = bool(found) and official.acknowledged(ws, found)
    if as_json:
        print_json(
            {
                "acknowledged": seen,
                "differences": [
                    {
                        "fact": each.field.id, "own": each.declared.text, "official": each.official.text,
                        "reason": each.reason,
                    }
                    for each in found
                ],
            }
        )  # fmt: skip
        return
    for each in found:
        own, value = (handed_down.value_text(each.field, one) for one in (each.declared, each.official))
        say(
            _("{name}：本校填 {own}，审定 {official}　{reason}").format(
                name=pick(each.field.text), own=own, official=value, reason=each.reason
            )
        )
    if not found:
        say(_("审定值与本校填的一样，或还没有审定。"))
    elif seen:
        say(_("✓ 已看过"))


@click.command("mark")
@WORKSPACE
@click.argument("fact")
@click.argument("state", type=click.Choice(["not_applicable", "unknown"]))
@click.argument("reason")
def mark(workspace: Path, fact: str, state: str, reason: str) -> None:
    """Mark a figure not applicable or unknown, with the reason."""
    with opened(workspace, role="school") as ws:
        filling.set_state(ws, fact, State(state), reason)
    say(_("已保存。"))


@click.command()
@WORKSPACE
@click.argument("files", metavar="WORKBOOK…", type=FILE, nargs=-1, required=True)
@click.option("--year", type=click.Choice(["this", "last"]), help="Whether these are this or last year's figures.")
@click.option("--label", "said", metavar="LABEL=FACT", multiple=True, help="What a row or column is; remembered.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken.")
@AS_JSON
def fill(
    workspace: Path, files: tuple[Path, ...], year: str | None, said: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Take figures out of statistical workbooks (.xlsx, .xls, .csv)."""
    if year is None:
        year = "this"
        if sys.stdin.isatty() and not as_json:
            last = click.confirm(_("这些数是去年的吗？（否 = 今年的）"), default=False)
            year = "last" if last else "this"
    with opened(workspace, role="school") as ws:
        placed = _placed(ws, files, said)
        offer = harvest.look(ws, files, year=year, said=placed)
        names = {name: pick(each.text) for pack in desk(ws).packs for name, each in pack.fields.items()}
        if not dry_run and (offer.taken or not any(placed.values())):
            label_memory.learn(ws, placed)
        changed = frozenset[str]() if dry_run else harvest.take(ws, offer, year=year).facts
    if as_json:
        print_json(
            {
                "year": year,
                "taken": [
                    {"fact": t.fact, "value": t.entry.text, "unit": t.entry.unit, "place": t.place} for t in offer.taken
                ],
                "changed": sorted(changed),
                "rejected": [
                    {"place": r.place, "label": r.label, "value": r.value, "reason": r.reason} for r in offer.rejected
                ],
                "unknown": [
                    {"place": o.place, "label": o.label, "value": o.value} for o in offer.open_labels if not o.fact
                ],
            }
        )
    else:
        word = _("今年") if year == figures.THIS else _("去年")
        say(
            _("{year}的数：取用 {taken} 项（改动 {changed} 项），没有取用 {rejected} 项。").format(
                year=word, taken=len(offer.taken), changed=len(changed), rejected=len(offer.rejected)
            )
        )
        for t in offer.taken:
            say(f"  {names[t.fact]} = {t.entry.text} {t.entry.unit}　{t.place}")
        for r in offer.rejected:
            say(f"  ✗ {r.place}　{r.label}　“{r.value}”　{r.reason}")
        unknown = [each for each in offer.open_labels if not each.fact]
        if unknown:
            say(_('没有认出 {count} 项；可以用 --label "名称=数据项" 说明它是什么：').format(count=len(unknown)))
        for each in unknown:
            say(f"  ? {each.place}　{each.label}　“{each.value}”")
    if not offer.taken:
        raise KnownError(_("这些文件里没有能取用的数，没有改动。请确认是教基报表或带有相同项目名称的表格。"))


def _placed(workspace: Workspace, files: tuple[Path, ...], said: tuple[str, ...]) -> dict[Label, str]:
    """What was said of labels, for every form of these files that has them.

    Raises KnownError for a text that is no pair, and for a label that is in none of the files.
    """
    if not said:
        return {}
    there = harvest.look(workspace, files).open_labels
    found: dict[Label, str] = {}
    for each in said:
        name, equals, fact = each.rpartition("=")
        if not equals:
            raise KnownError(
                _("“{text}”应写成 名称=数据项，没有改动。例如 馆藏总量=books_print。").format(text=each[:60])
            )
        fitting = [(one.form, one.key) for one in there if one.key == harvest.label_key(name)]
        if not fitting:
            raise KnownError(
                _("这些文件里没有叫“{name}”而没有认出的项目，没有改动。请照报表上的名称写。").format(name=name[:60])
            )
        fact = filling.field_of(workspace, fact.strip()).id if fact.strip() else ""
        if any(found.get(one, fact) != fact for one in fitting):
            raise KnownError(_("“{name}”写了两次而数据项不同，没有改动。请只写一次。").format(name=name[:60]))
        found.update(dict.fromkeys(fitting, fact))
    label_memory.check(workspace, found)
    return found


@click.command()
@WORKSPACE
@click.argument("rule")
@click.argument("text")
def explain(workspace: Path, rule: str, text: str) -> None:
    """Write the explanation a fired rule asks for."""
    with opened(workspace, role="school") as ws:
        filling.explain(ws, rule, text)
    say(_("已保存。"))


@click.command()
@WORKSPACE
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--indicator", required=True, help="The indicator it proves, e.g. db22_land.")
@click.option("--as-one", default="", metavar="NAME", help="Make one PDF of several pictures, in their order.")
@click.option("--original", "whole", is_flag=True, help="Attach large photographs as they are, not reduced.")
def attach(workspace: Path, files: tuple[Path, ...], indicator: str, as_one: str, whole: bool) -> None:
    """Attach evidence files to an indicator."""
    with opened(workspace, role="school") as ws:
        if as_one:
            sha256, _changes = attaching.attach_as_one(ws, files, indicator=indicator, name=as_one)
            say(_("已添加：{file}　{sha256}").format(file=f"{as_one}.pdf", sha256=sha256[:12]))
            return
        again = attaching.there_already(ws, files, indicator=indicator)
        every, _changes = attaching.attach_all(ws, files, indicator=indicator, whole=whole)
        for file, sha256 in zip(files, every, strict=True):
            say(_("已添加：{file}　{sha256}").format(file=file.name, sha256=sha256[:12]))
        for said in (attaching.again_text(again), duplicates.twins_text(duplicates.twins(ws, every))):
            if said:
                say(said)


@school.command("replace")
@WORKSPACE
@click.argument("sha256", metavar="SHA256")
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--original", "whole", is_flag=True, help="Take large photographs as they are, not reduced.")
def replace(workspace: Path, sha256: str, files: tuple[Path, ...], whole: bool) -> None:
    """Put newer files in the place of a piece of evidence (the first digits of its SHA256), wherever it proves something."""
    with opened(workspace, role="school") as ws:
        attaching.replace(ws, attaching.one_content(ws, sha256), files, whole=whole)
    say(_("已更换为 {count} 个文件。").format(count=len(files)))


@school.command("describe")
@WORKSPACE
@click.argument("sha256", metavar="SHA256")
@click.option("--indicator", default="", help="Of which indicator, where it proves several.")
@click.option("--name", default="", help="Another name.")
@click.option("--dated", default=None, help="Date of the document, YYYY-MM-DD.")
@click.option("--from", "begins", default=None, help="The period it speaks of begins.")
@click.option("--to", "ends", default=None, help="The period it speaks of ends.")
@click.option("--expires", default=None, help="The last day it holds.")
@click.option("--department", default=None, help="The department it comes from.")
@click.option("--responsible", "person", default=None, help="Who answers for it.")
@click.option("--kind", default=None, type=click.Choice(["original", "copy"]), help="Original or copy.")
@click.option("--pages", default=None, type=click.IntRange(0, 10_000), help="How many pages.")
@click.option("--personal/--not-personal", default=None, help="Whether it names people.")
def describe(workspace: Path, sha256: str, indicator: str, name: str, **said: Any) -> None:
    """Say what is known of a piece of evidence (its first digits as `attach` prints them)."""
    with opened(workspace, role="school") as ws:
        each = attaching.one_of(ws, sha256, indicator=indicator)
        about = attaching.changed(each.about, said)
        attaching.describe(ws, each, about, label=name)
    say(_("；").join([name or each.label, *about.lines()]))


@school.command("catalogue")
@WORKSPACE
@OUTPUT
def catalogue(workspace: Path, target: Path) -> None:
    """Write the numbered list of evidence (.xlsx)."""
    with opened(workspace, role="school") as ws:
        write_catalogue(ws, target)
    say(_("已导出：{file}").format(file=target))


@school.command("take-over-round")
@WORKSPACE
@click.argument("folder", metavar="OLD_WS", type=FILE)
def take_over_round_(workspace: Path, folder: Path) -> None:
    """Take evidence that still holds and explanations from the workspace of the round before."""
    with opened(workspace, role="school") as ws:
        found, _changes = last_round.take_over_round(ws, folder)
    say(_("沿用材料 {count} 件、说明 {said} 条。").format(count=len(found.taken), said=found.explanations))
    for label in found.expired:
        say(_("已过期，没有沿用：{names}").format(names=label))
    for label in found.unasked:
        say(_("这次不再要，没有沿用：{names}").format(names=label))


@click.command()
@WORKSPACE
@AS_JSON
def status(workspace: Path, as_json: bool) -> None:
    """How the school stands: filled, met, the verdict sentence, every unmet indicator with its shortage."""
    with opened(workspace, role="school") as ws:
        found = standing(ws)
        findings = inspection.findings(ws, found.desk.round.id, unit=found.unit.code)
        comments = inspection.comments(ws, found.desk.round.id, found.unit.code)
        remarks = [remark_text(found.desk, each) for each in comments]
    seen = found.assessment
    done, total = seen.filled()
    said = seen.conclusion()
    rows = [(pack, name, seen.judged[pack.id][name]) for pack in seen.packs for name in pack.indicators]
    if as_json:
        print_json(
            {
                "unit": found.unit.code,
                "round": found.desk.round.title,
                "deadline": found.desk.round.deadline,
                "filled": done,
                "to_fill": total,
                "met": said.met,
                "indicators": said.total,
                "outcome": said.outcome.value,
                "sentence": seen.full_sentence(),
                "results": [
                    {
                        "pack": pack.id,
                        "indicator": name,
                        "verdict": each.verdict.value,
                        "value": None if each.value is None else decimal_text(each.value),
                        "gaps": [
                            {"fact": g.fact, "change": decimal_text(g.change), "unit": g.unit}
                            for g in (seen.gaps(pack, name) if each.verdict.value == "unmet" else ())
                        ],
                        "provisional_gaps": [
                            {"fact": g.fact, "change": decimal_text(g.change), "unit": g.unit}
                            for g in (seen.gaps(pack, name) if each.verdict.value == "unverified" else ())
                        ],
                    }
                    for pack, name, each in rows
                ],
                "findings": [{"id": f.id, "state": f.state, "problem": f.problem} for f in findings],
                "returned": [{"fact": c.fact, "text": c.text, "due": c.due} for c in comments],
            }
        )
        return
    say(f"{found.unit.name}　{found.desk.round.title}　" + _("截止 {date}").format(date=found.desk.round.deadline))
    say(seen.full_sentence())
    say(_("已填 {done}/{total}　达标 {met}/{count}").format(done=done, total=total, met=said.met, count=said.total))
    for pack, name, each in rows:
        gap = seen.gap_sentence(pack, name) if each.verdict.value in ("unmet", "unverified") else ""
        if gap and each.verdict.value == "unverified":
            gap = _("对照待核的达标值{gap}").format(gap=gap)
        say(f"  {each.verdict.sign} {each.verdict.word}　{pick(pack.indicators[name].text)}　{gap}".rstrip("　"))
    for text in remarks:
        say("  ! " + _("已退回") + f"　{text}")
    for f in findings:
        say(f"  ! {_(rectify.STATE_WORDS[f.state])}　{f.problem}")


@click.command()
@WORKSPACE
@AS_JSON
def check(workspace: Path, as_json: bool) -> None:
    """Which sanity rules fire."""
    with opened(workspace, role="school") as ws:
        found = standing(ws)
        around = peer_groups.beside(ws, found.desk.round.id, found.unit.run_type)
    fired = found.assessment.rules()
    hints = peer_groups.hints(found.assessment, around)
    if as_json:
        print_json(
            {
                "disputes": [
                    {"fact": each.field.id, "handed": each.handed.text, "own": each.own.text, "reason": each.reason}
                    for each in found.disputes()
                ],
                "peers": [{"indicator": name, "text": sentence} for name, sentence in hints],
                "fired": [
                    {
                        "rule": each.rule.id,
                        "severity": each.severity.value,
                        "facts": list(each.rule.facts),
                        "text": pick(each.rule.text),
                        "explanation": found.explanations.get(each.rule.id, ""),
                    }
                    for each in fired
                ],
            }
        )
        return
    if not fired and not found.disputes():
        say(_("校验没有发现问题。"))
    for against in found.disputes():
        say(f"{Severity.MUST_EXPLAIN.word}　{against.sentence}")
        if back := found.returned(f"last.{against.field.id}"):
            say("    " + _("✗ 主管部门退回了这条说明：{note}").format(note=back))
    for each in fired:
        said, back = found.explanations.get(each.rule.id, ""), found.returned(each.rule.id)
        say(f"{each.severity.word}　[{each.rule.id}] {pick(each.rule.text)}" + (f"　{said}" if said else ""))
        if back:
            say("    " + _("✗ 主管部门退回了这条说明：{note}").format(note=back))
    for name, sentence in hints:
        say(f"{Severity.NOTICE.word}　{pick(found.assessment.deciding.indicators[name].text)}：{sentence}")


@click.command()
@WORKSPACE
@OUTPUT
@click.option("--with-errors", default="", metavar="REASON", help="Submit in spite of blocking rules.")
@click.option("--volume", default=0, type=click.IntRange(0, 1000), metavar="MB", help="Most evidence in one file.")
@click.option("--whole", is_flag=True, help="Send all evidence again, also what the bureau has confirmed.")
@AS_JSON
def submit(workspace: Path, target: Path, with_errors: str, volume: int, whole: bool, as_json: bool) -> None:
    """Write the school's signed submission; several files where evidence is larger than a volume."""
    with opened(workspace, role="school") as ws:
        posted, _changes = write_submission(
            ws, target, with_errors=with_errors, volume=volume * 1024 * 1024, whole=whole, progress=Bar()
        )
        digits = keys_of(ws.id).digits
        done, total = standing(ws).assessment.filled()
    if as_json:
        plain = posted_plain(posted)
        print_json({**plain, "digits": digits, "more": [str(each) for each in posted.rest]})
    else:
        say(
            _("已生成，检查无误：{file}　第 {seq} 版　核对码 {code}").format(
                file=target, seq=posted.seq, code=posted.code
            )
        )
        for each in posted.rest:
            say(_("还要一起发送：{file}").format(file=each))
        most = max((each.stat().st_size for each in posted.rest), default=0)
        if volume and most > (volume + 1) * 1024 * 1024:
            say(
                _("注意：有一件佐证材料本身就比 {volume} MB 大，单独成一份（{size}）。").format(
                    volume=volume, size=size_text(most)
                )
            )
        if done < total:
            say(_("注意：还有 {count} 项没填，结论可能是“数据不全”。").format(count=total - done))
        say(_("主管部门核对身份时，请报这 30 位身份码：{digits}").format(digits=digits))


@click.group("rectify")
def rectify_group() -> None:
    """Findings: list, answer (school), close (bureau)."""


@rectify_group.command("list")
@WORKSPACE
@AS_JSON
def list_findings(workspace: Path, as_json: bool) -> None:
    """List the findings of the round."""
    with opened(workspace) as ws:
        found = inspection.findings(ws, desk(ws).round.id)
    if as_json:
        print_json(
            {
                "findings": [
                    {
                        "id": f.id, "unit": f.unit, "indicator": f.indicator, "state": f.state,
                        "problem": f.problem, "basis": f.basis, "advice": f.advice, "due": f.due,
                        "measure": f.measure, "responsible": f.person,
                    }
                    for f in found
                ]
            }
        )  # fmt: skip
        return
    if not found:
        say(_("没有问题。"))
    for f in found:
        say(f"{f.id[:8]}　{f.unit}　{_(rectify.STATE_WORDS[f.state])}　{f.problem}　{f.measure}".rstrip("　"))


@rectify_group.command("answer")
@WORKSPACE
@click.argument("finding")
@click.option("--measure", required=True, help="What was done.")
@click.option("--done", is_flag=True, help="Claim that it is fixed.")
@click.option("--responsible", default="", help="Who answers for it.")
def answer_finding(workspace: Path, finding: str, measure: str, done: bool, responsible: str) -> None:
    """Answer a finding; it travels with the next submission."""
    with opened(workspace, role="school") as ws:
        rectify.answer(ws, finding, measure=measure, done=done, person=responsible)
    say(_("已保存。"))


@rectify_group.command("close")
@WORKSPACE
@click.argument("finding")
def close_finding(workspace: Path, finding: str) -> None:
    """Close a finding that the school claims to have fixed."""
    with opened(workspace, role="bureau") as ws:
        rectify.close(ws, finding)
    say(_("已销号。"))


@click.command("undo")
@WORKSPACE
def undo_(workspace: Path) -> None:
    """Take back the last act on figures."""
    with opened(workspace, role="school") as ws:
        sentence, _changes = undo.undo(ws)
    say(sentence)


@click.command("redo")
@WORKSPACE
def redo_(workspace: Path) -> None:
    """Do again what was taken back last."""
    with opened(workspace, role="school") as ws:
        sentence, _changes = undo.redo(ws)
    say(sentence)


COMMANDS = (school, set_, mark, take_over, fill, explain, attach, status, check, submit, rectify_group, undo_, redo_)
