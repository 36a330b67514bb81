"""Commands of a bureau: `bureau init/register/campaign`, `feedback …`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from vetdesk.models.operations import (
    decide,
    duplicates,
    explanation_review,
    handed_down,
    official,
    peer_groups,
    proxy,
    publish_round,
    read_register,
    reply,
    round_plan,
)
from vetdesk.models.operations.desk import desk, unit_of
from vetdesk.models.operations.reply import message
from vetdesk.models.operations.round_plan import GATE_WORDS
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.since_last_round import changes
from vetdesk.models.packs.typed import entry_text
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, pick
from vetdesk.models.store.register import asked, units
from vetdesk.ui.commands.common import (
    AS_JSON,
    FILE,
    OUTPUT,
    WORKSPACE,
    Bar,
    opened,
    pairs,
    posted_plain,
    print_json,
    say,
    tell_if_past,
    tell_posted,
)


@click.group()
def bureau() -> None:
    """Set a bureau up, import the register, issue a round."""


@bureau.command()
@WORKSPACE
@click.option("--name", required=True, help="Name of the bureau.")
@click.option("--district", required=True, help="Administrative code or name, e.g. 411400.")
@click.option("--officer", default="", help="Name of the officer.")
def init(workspace: Path, name: str, district: str, officer: str) -> None:
    """Make a bureau's workspace in a new folder WS."""
    set_up_bureau(workspace, name=name, district=district, officer=officer).close()
    say(_("已建立主管部门工作台：{folder}").format(folder=workspace))


@bureau.command()
@WORKSPACE
@click.argument("file", type=FILE)
@AS_JSON
def register(workspace: Path, file: Path, as_json: bool) -> None:
    """Import the school register from a workbook."""
    with opened(workspace, role="bureau") as ws:
        offer = read_register.look(file, units(ws))
        if not offer.units:
            first = f"{offer.doubts[0].place}：{offer.doubts[0].reason}" if offer.doubts else ""
            raise KnownError(_("“{file}”里没有可以导入的学校。{first}").format(file=file.name, first=first))
        fresh, changed, _changes = read_register.take(ws, offer)
    if as_json:
        print_json(
            {
                "imported": len(offer.units),
                "new": fresh,
                "changed": changed,
                "unchanged": len(offer.units) - fresh - changed,
                "failed": [{"place": each.place, "reason": each.reason} for each in offer.doubts],
                "notes": [{"place": each.place, "reason": each.reason} for each in offer.notes],
            }
        )
        return
    say(
        _("导入 {count} 所：新增 {fresh}，更新 {changed}，不变 {same}；没有导入 {doubts} 所。").format(
            count=len(offer.units),
            fresh=fresh,
            changed=changed,
            same=len(offer.units) - fresh - changed,
            doubts=len(offer.doubts),
        )
    )
    for each in offer.doubts:
        say(f"  {each.place}：{each.reason}")
    if offer.notes:
        say(_("导入了，请核对 {count} 处：").format(count=len(offer.notes)))
    for each in offer.notes:
        say(f"  {each.place}：{each.reason}")


@bureau.command()
@WORKSPACE
@click.option("--pack", "packs", multiple=True, required=True, help="A standard; the first one decides. Repeatable.")
@click.option(
    "--decide",
    "deciding",
    multiple=True,
    type=(str, str),
    metavar="WHO STANDARD",
    help="Another standard decides about this type of school (or school). Repeatable.",
)
@click.option("--period", required=True, help="The year, e.g. 2026.")
@click.option("--deadline", required=True, help="YYYY-MM-DD.")
@click.option("--title", default="", help="Name of the round.")
@click.option("--reference-date", default="", help="YYYY-MM-DD the figures refer to.")
@click.option(
    "--stamp", default="", type=click.Choice(["", *publish_round.STAMP_WORDS]), help="How the stamped sheet is due."
)
@click.option("--gate", default="", type=click.Choice([*GATE_WORDS]), help="What the checks let through.")
@click.option("--stage", "stages", multiple=True, metavar="NAME[=DAY]", help="A stage and its last day. Repeatable.")
@click.option("--scope", multiple=True, help="Only schools of this county, type or code. Repeatable.")
@click.option("--last-year", type=FILE, help="A table of last year's figures that ride along.")
@click.option("--last-round", is_flag=True, help="Those accepted in the round before ride along.")
@click.option("--peers/--no-peers", default=True, help="Whether quantiles of similar schools ride along.")
@OUTPUT
@AS_JSON
def campaign(
    workspace: Path,
    packs: tuple[str, ...],
    deciding: tuple[tuple[str, str], ...],
    period: str,
    deadline: str,
    title: str,
    reference_date: str,
    stamp: str,
    gate: str,
    stages: tuple[str, ...],
    scope: tuple[str, ...],
    last_year: Path | None,
    last_round: bool,
    peers: bool,
    target: Path,
    as_json: bool,
) -> None:
    """Issue a round: one task file for all schools."""
    with opened(workspace, role="bureau") as ws:
        plan = publish_round.RoundPlan(
            packs, period, deadline, title, reference_date, stamp, gate, stages, last_year, last_round, scope, deciding,
            peers,
        )  # fmt: skip
        posted, _changes = publish_round.publish(ws, plan, target)
        one = desk(ws)
        given = handed_down.travelling(ws, one.round.id, one.fields)
        groups = len(peer_groups.kept(ws, one.round.id))
        decided = Counter(pick(one.decider(unit).text) for unit in asked(ws, one.round))
    if as_json:
        print_json(posted_plain(posted))
    else:
        say(_("已生成任务包：{file}　核对码 {code}").format(file=target, code=posted.code))
        tell_if_past(deadline)
        for standard, count in decided.items() if len(one.deciders) > 1 else ():
            say(_("主标准《{standard}》：{count} 所学校。").format(standard=standard, count=count))
        if given:
            say(
                _("带去年的数：{schools} 所学校，{count} 项。").format(
                    schools=len(given), count=sum(len(each) for each in given.values())
                )
            )
        if groups:
            say(_("带同类学校的分布：{count} 组。").format(count=groups))


@bureau.command("stage")
@WORKSPACE
@click.argument("now", metavar="[STAGE]", required=False)
@click.option("--stage", "stages", multiple=True, metavar="NAME[=DAY]", help="All stages anew. Repeatable.")
@click.option("--gate", type=click.Choice([*GATE_WORDS]), help="What the checks let through from now on.")
def stage_(workspace: Path, now: str | None, stages: tuple[str, ...], gate: str | None) -> None:
    """Let the round go on to STAGE, or change its stages and its gate; an amendment tells the schools."""
    with opened(workspace, role="bureau") as ws:
        asked_only = now is None and not stages and gate is None
        if asked_only:
            plan = desk(ws).round
        else:
            plan, _changes = round_plan.change_plan(ws, now=now or "", stages=stages, gate=gate)
    say(_("阶段：{stages}").format(stages=round_plan.stages_line(plan) or _("没有分阶段")))
    say(_("关口：{gate}").format(gate=_(GATE_WORDS[plan.gate])))
    if not asked_only:
        say(_("学校还不知道。请用 bureau amend 生成任务调整，发给它们。"))


@bureau.command("enter")
@WORKSPACE
@click.argument("workbooks", metavar="WORKBOOK…", type=FILE, nargs=-1, required=True)
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--stamped", type=FILE, help="The scan of its signed and stamped sheet.")
@click.option("--with-errors", default="", help="Why it is submitted in spite of blocking rules.")
@AS_JSON
def enter(
    workspace: Path, workbooks: tuple[Path, ...], unit: str, stamped: Path | None, with_errors: str, as_json: bool
) -> None:
    """Enter the figures of a school without a usable PC, from its workbooks, through the same gates."""
    with opened(workspace, role="bureau") as ws:
        found, _changes = proxy.enter(ws, unit, workbooks, stamped=stamped, with_errors=with_errors)
        place = proxy.place_of(ws, unit)
    unknown = [each for each in found.open_labels if not each.fact]
    if as_json:
        print_json(
            {
                "unit": unit, "taken": len(found.taken), "workspace": str(place),
                "rejected": [{"place": r.place, "label": r.label, "reason": r.reason} for r in found.rejected],
                "unknown": [{"place": o.place, "label": o.label, "value": o.value} for o in unknown],
            }
        )  # fmt: skip
        return
    say(
        _("已代录 {count} 项。要补充或更正，在 {place} 里继续（与学校的工作台一样）。").format(
            count=len(found.taken), place=place
        )
    )
    for r in found.rejected:
        say(f"  ✗ {r.place}　{r.label}　“{r.value}”　{r.reason}")
    if unknown:
        say(_("没有认出 {count} 项，没有录入：").format(count=len(unknown)))
    for each in unknown:
        say(f"  ? {each.place}　{each.label}　“{each.value}”")


@bureau.command("duplicates")
@WORKSPACE
@click.option("-o", "--output", "target", type=FILE, help="Write them to a workbook (.xlsx) too.")
@AS_JSON
def duplicates_(workspace: Path, target: Path | None, as_json: bool) -> None:
    """List evidence that is the same, or looks the same, at two schools, or was sent in an earlier round."""
    with opened(workspace, role="bureau") as ws:
        pairs = duplicates.find(ws, progress=Bar())
        if target is not None:
            duplicates.write(pairs, target)
    if as_json:
        print_json({"pairs": [asdict(each) for each in pairs]})
        return
    for each in pairs:
        say(
            f"{each.kind.word}　{each.first.school}「{each.first.label}」"
            f"　{each.second.school}「{each.second.label}」　{each.second.round}"
        )
    if not pairs:
        say(_("没有两校相同或看着一样的材料，也没有往年交过的。"))


@click.group()
def feedback() -> None:
    """What the bureau answers: confirm an identity, return, accept, send the reply bundle."""


@feedback.command()
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--digits", required=True, help="The 30 digits on the school's stamped sheet.")
def confirm(workspace: Path, unit: str, digits: str) -> None:
    """Confirm the identity of a school by comparing its 30 digits."""
    with opened(workspace, role="bureau") as ws:
        decide.confirm_identity(ws, unit, who=ws.actor.name or _("经办人"), digits=digits)
        left = decide.waiting(ws, unit)
    say(_("已核对身份：{unit}").format(unit=unit))
    if left:
        say(_("还有 {count} 个版本在等候，由您决定采用哪一版（feedback adopt）。").format(count=len(left)))


@feedback.command("received")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--day", required=True, help="YYYY-MM-DD on which it came in.")
@click.option("--reason", required=True, help="Why.")
def received(workspace: Path, unit: str, day: str, reason: str) -> None:
    """Let the submission that counts have come in on another day."""
    with opened(workspace, role="bureau") as ws:
        decide.set_received(ws, unit, day, reason=reason)
    say(_("已改：{unit} 收到日期 {day}").format(unit=unit, day=day))


@feedback.command("return")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--due", default="", help="YYYY-MM-DD by which it should come back.")
@click.argument("remarks", metavar="FACT=REMARK…", nargs=-1, required=True)
def return_(workspace: Path, unit: str, due: str, remarks: tuple[str, ...]) -> None:
    """Return a submission with a remark on each figure named."""
    said = pairs(remarks)
    with opened(workspace, role="bureau") as ws:
        decide.return_figures(ws, unit, said, due=due)
    say(_("已退回 {count} 项：{unit}").format(count=len(said), unit=unit))
    tell_if_past(due)


@feedback.command("explanation")
@WORKSPACE
@click.argument("rule")
@click.argument("verdict", type=click.Choice(["accept", "return"]))
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--note", default="", help="What the explanation lacks.")
@click.option("--due", default="", help="YYYY-MM-DD by which it should come back.")
def explanation(workspace: Path, rule: str, verdict: str, unit: str, note: str, due: str) -> None:
    """Accept the explanation of a rule, or return it with a note."""
    with opened(workspace, role="bureau") as ws:
        explanation_review.review(ws, unit, rule, accepted=verdict == "accept", note=note, due=due)
    said = _("已认可对 [{rule}] 的说明：{unit}") if verdict == "accept" else _("已退回对 [{rule}] 的说明：{unit}")
    say(said.format(rule=rule, unit=unit))
    tell_if_past(due)


@feedback.command("correct")
@WORKSPACE
@click.argument("values", metavar="FACT=VALUE…", nargs=-1, required=True)
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--reason", required=True, help="Why; the school sees it.")
def correct(workspace: Path, values: tuple[str, ...], unit: str, reason: str) -> None:
    """Correct accepted figures of a school; the next reply hands them down."""
    said = pairs(values)
    with opened(workspace, role="bureau") as ws:
        official.correct(ws, unit, said, reason=reason)
    say(_("已更正审定值 {count} 项：{unit}").format(count=len(said), unit=unit))


@feedback.command()
@WORKSPACE
@click.option("--unit", "codes", multiple=True, required=True, help="Code of the school. Repeatable.")
@click.option("--withdraw", is_flag=True, help="Also one that was returned: the remarks on it are void then.")
def accept(workspace: Path, codes: tuple[str, ...], withdraw: bool) -> None:
    """Accept submissions: verified figures where inspectors found them, declared ones elsewhere."""
    with opened(workspace, role="bureau") as ws, ws.atomic():  # all of them or none
        for each in codes:
            decide.accept(ws, each, withdraw=withdraw)
    for each in codes:
        say(_("审核通过：{unit}").format(unit=each))


@feedback.command("changes")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@AS_JSON
def changes_(workspace: Path, unit: str, as_json: bool) -> None:
    """List a school's figures that are others than in the round before, the largest change first."""
    with opened(workspace, role="bureau") as ws:
        declared = decide.declared(decide.current(ws, unit))
        own = desk(ws).seen_by(unit_of(ws, unit)).packs
        fields = {field.id: field for pack in own for field in pack.form()}
        rows = changes(fields, school_file(ws, unit).last_year, declared)
    if as_json:
        print_json(
            {
                "changes": [
                    {
                        "fact": each.fact, "before": each.before.text, "now": each.now.text,
                        "share": None if each.share is None else str(each.share),
                    }
                    for each in rows
                ]
            }
        )  # fmt: skip
        return
    for each in rows:
        field = fields[each.fact]
        was, now = (entry_text(field, one) or "—" for one in (each.before, each.now))
        say(f"{each.text}　{pick(field.text)}　{was} → {now}")
    if not rows:
        say(_("没有与去年不同的数，或没有去年的数。"))


@feedback.command()
@WORKSPACE
@OUTPUT
@AS_JSON
def send(workspace: Path, target: Path, as_json: bool) -> None:
    """Write one reply bundle for all schools; each can open only its own part."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = reply.reply(ws, target, progress=Bar())
        words = "" if as_json else message(ws, posted)
    said = _("已生成回复：{file}　核对码 {code}").format(file=target, code=posted.code)
    tell_posted(posted, f"{said}\n{words}", as_json=as_json)


COMMANDS = (bureau, feedback)
