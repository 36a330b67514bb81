"""The demo goes on for a second year: two schools merge, one is split, and the city is asked again."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vetdesk.models.operations import decide, demo_city, lineage, publish_round, receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.demo_city import DemoSchool
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.handed_down import give_reason
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.submit import submit
from vetdesk.models.records.changes import Progress
from vetdesk.models.records.errors import BugError
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace

FEWEST = 12
"""So many schools are needed, so that two of one county can merge and one can be split."""
_MERGED, _SPLIT = (0, 9), 5
_KEPT = frozenset({"track_length_m", "periodical_kinds"})
"""What two schools do not have twice as much of."""


@dataclass(frozen=True, slots=True)
class SecondYear:
    """The schools of the second year, and the acts by which the register came to them."""

    schools: tuple[DemoSchool, ...]
    changes: tuple[lineage.RegisterChange, ...]


def second_year(made: list[DemoSchool], seed: int) -> SecondYear:
    """What the second year looks like, from the schools of the first: the source of all its figures."""
    chance = random.Random(f"second {seed}")  # noqa: S311 - figures of a demo, not secrets
    one, two, whole = made[_MERGED[0]], made[_MERGED[1]], made[_SPLIT]
    day = dt.datetime.now(dt.UTC).astimezone().date().isoformat()
    joined = replace(
        one, code="3641995001", name=one.name.replace(demo_city.DEMO, _("（合并）") + demo_city.DEMO),
        facts=_sum(one.facts, two.facts), last_year={}, overstated={},
    )  # fmt: skip
    halves = [
        replace(
            whole, code=f"364199500{2 + at}", name=whole.name.replace(demo_city.DEMO, f"{word}{demo_city.DEMO}"),
            facts=_half(whole.facts, at), last_year={}, overstated={},
        )
        for at, word in enumerate((_("东校区"), _("西校区")))
    ]  # fmt: skip
    changes = (
        lineage.RegisterChange(
            lineage.Kind.MERGE, (one.code, two.code), (lineage.Target(joined.code, joined.name),), day,
            _("演示文件〔合并〕1 号"),
        ),
        lineage.RegisterChange(
            lineage.Kind.SPLIT, (whole.code,), tuple(lineage.Target(each.code, each.name) for each in halves), day,
            _("演示文件〔拆分〕1 号"),
        ),
    )  # fmt: skip
    gone = {one.code, two.code, whole.code}
    later = [_a_year_later(chance, each) for each in made if each.code not in gone]
    return SecondYear((*later, joined, *halves), changes)


def _sum(one: Mapping[str, str], two: Mapping[str, str]) -> dict[str, str]:
    """What both have together; a figure that one of them lacks is lacking."""
    return {
        name: one[name] if name in _KEPT else _text(_hundredths(one[name]) + _hundredths(two[name]))
        for name in one
        if name in two
    }


def _half(facts: Mapping[str, str], at: int) -> dict[str, str]:
    """The first or second part; odd units stay with the first."""
    return {
        name: text if name in _KEPT else _text((_hundredths(text) // 100 + 1 - at) // 2 * 100)
        for name, text in facts.items()
    }


def _hundredths(text: str) -> int:
    whole, _dot, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")


def _text(hundredths: int) -> str:
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02}" if part else str(whole)


def _a_year_later(chance: random.Random, each: DemoSchool) -> DemoSchool:
    """A school goes on: more books and equipment, sometimes fewer teachers."""
    facts = dict(each.facts)
    for name, most in (("books_print", 4000), ("equip_teaching_wan", 60)):
        if name in facts:
            facts[name] = _text(_hundredths(facts[name]) + 100 * chance.randrange(most))
    if chance.random() < 0.3:
        facts["teachers_ft"] = str(max(40, int(facts["teachers_ft"]) - chance.randrange(1, 6)))
        facts["edu_bachelor"] = str(int(facts["teachers_ft"]) - int(facts["edu_master"]))
        if int(facts["edu_bachelor"]) < 0:
            facts["edu_master"], facts["edu_bachelor"] = facts["teachers_ft"], "0"
    return replace(each, facts=facts, last_year=each.facts, overstated={})


def run(
    folder: Path,
    packs: tuple[str, ...],
    period: str,
    year: SecondYear,
    bureau: Callable[[], Workspace],
    progress: Progress,
) -> str:
    """Change the register, issue the next round with last year's accepted figures, let every school answer.

    Says what was done.
    """
    task = folder / "packages" / "11_第二年任务包.vdpkg"
    with bureau() as here:
        for change in year.changes:
            lineage.record(here, change)
        plan = publish_round.RoundPlan(
            packs, period, f"{period}-12-31", reference_date=f"{period}-09-01", last_round=True,
            stages=("self", "city", "published"),
        )  # fmt: skip
        publish_round.publish(here, plan, task)
    (folder / "inputs" / "第二年.json").write_text(
        json.dumps({each.code: dict(each.facts) for each in year.schools}, ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )
    campaign = read_campaign(task)
    sent = []
    for at, each in enumerate(year.schools):
        progress(at, len(year.schools), each.name)
        place = folder / "schools" / f"{each.code}-{period}"
        with open_campaign(place, campaign, unit=each.code, filler=_("演示填报人")) as school:
            set_figures(school, {**each.facts, **demo_city.words(each)})
            if each.kind == "silent":
                continue
            for against in standing(school).silent_disputes():
                give_reason(school, against.field.id, _("演示说明：已核对原始台账，数据属实。"))
            for rule in standing(school).unexplained():
                explain(school, rule.rule.id, _("演示说明：已核对原始台账，数据属实。"))
            target = folder / "packages" / f"12_第二年上报包_{each.code}.vdpkg"
            submit(school, target, with_errors=_("演示：按实上报") if standing(school).blocking() else "")
            sent.append(target)
    with bureau() as here:
        result = receive.receive(here, sent)
        refused = [each.sentence for each in result.offers if each.outcome is receive.Outcome.REFUSED]
        if refused:
            raise BugError(refused[0])
        for each in year.schools:
            if each.kind != "silent":
                found = decide.current(here, each.code)
                decide.confirm_identity(here, each.code, who="演示经办人", digits=decide.digits_of(here, found.key))
                decide.accept(here, each.code)
    return _("第二年：两校合并，一校拆分；任务包带去年审定的数，{count} 所学校上报。").format(count=len(sent))
