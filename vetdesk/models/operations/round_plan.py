"""What a round lets through and how far it is: the gate of the checks, the stages from self-assessment to recheck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from vetdesk.models.operations.desk import issued_here
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _, mark
from vetdesk.models.store import register
from vetdesk.models.store.register import Round, RoundStage
from vetdesk.models.store.workspace import Workspace

GATE_WORDS = {
    "": mark("照常：不能上报的项要改正或写明原因，需说明的项要说明"),
    "strict": mark("从严：有不能上报的项就不能上报"),
    "lenient": mark("从宽：校验只提醒，不拦上报"),
}
"""What the checks let through when a school submits (domain.md section 9: block, must explain, notice)."""

STAGE_WORDS = {
    "self": mark("学校自评"),
    "county": mark("县级初审"),
    "city": mark("市级复核"),
    "province": mark("省级验收"),
    "published": mark("公示"),
    "recognised": mark("认定"),
    "recheck": mark("定期复核"),
}
"""The stages a round may go through, in their order (WORDS, fixed sets)."""


def read_stages(texts: Iterable[str]) -> tuple[RoundStage, ...]:
    """Stages written as `self=2026-10-31` or `city`, in the order of the process; the first one is the present one.

    Raises KnownError for a stage that is unknown or said twice, for what is no day, and for days that run backwards.
    """
    found: dict[str, RoundStage] = {}
    for each in texts:
        name, _equals, until = (part.strip() for part in each.partition("="))
        name = next((key for key, word in STAGE_WORDS.items() if name in (key, word, _(word))), name)
        if name not in STAGE_WORDS or name in found:
            raise KnownError(
                _("“{stage}”不是阶段，或写了两次，没有改动。可以写：{known}。").format(
                    stage=name[:40], known=_("、").join(STAGE_WORDS)
                ),
                code="stage",
            )
        if until and not is_day(until):
            raise KnownError(
                _("阶段“{stage}”的日期“{date}”不是日期，没有改动。请写成 2026-09-30 这样。").format(
                    stage=_(STAGE_WORDS[name]), date=until[:20]
                ),
                code="date",
            )
        found[name] = RoundStage(name, until)
    ordered = [found[name] for name in STAGE_WORDS if name in found]
    days = [each for each in ordered if each.until]
    for before, after in pairwise(days):
        if after.until < before.until:
            raise KnownError(
                _("“{after}”结束得比“{before}”还早，没有改动。请核对日期。").format(
                    after=_(STAGE_WORDS[after.name]), before=_(STAGE_WORDS[before.name])
                ),
                code="stage_order",
            )
    return tuple(replace(each, now=at == 0) for at, each in enumerate(ordered))


def stages_line(each: Round) -> str:
    """`学校自评（至 2026-10-31）→【市级复核】→ 公示`, the present one in brackets; '' for a round without stages."""
    return " → ".join(_stage_text(stage) for stage in each.stages)


def _stage_text(stage: RoundStage) -> str:
    text = _(STAGE_WORDS[stage.name])
    if stage.until:
        text = _("{stage}（至 {date}）").format(stage=text, date=stage.until)
    return f"【{text}】" if stage.now else text


def change_plan(
    workspace: Workspace, *, now: str = "", stages: Iterable[str] = (), gate: str | None = None
) -> tuple[Round, Changes]:
    """Let the round be in another stage, have other stages, or let through something else. Amendments carry it.

    `stages` as `read_stages` reads them, all of them; none keeps those there are. Raises KnownError for an unknown
    gate, a stage the round does not have, and where nothing would change.
    """
    found = issued_here(workspace).round
    fresh = read_stages(stages) or found.stages
    present = now or (found.stage.name if found.stage else "")
    present = next((key for key, word in STAGE_WORDS.items() if present in (key, word, _(word))), present)
    if now and present not in {each.name for each in fresh}:
        raise KnownError(
            _("这次任务没有阶段“{stage}”，没有改动。现有：{stages}。").format(
                stage=now[:40], stages=_("、").join(_(STAGE_WORDS[each.name]) for each in fresh) or _("无")
            ),
            code="stage",
        )
    if any(each.name == present for each in fresh):
        fresh = tuple(replace(each, now=each.name == present) for each in fresh)
    if gate is not None and gate not in GATE_WORDS:
        raise KnownError(_("“{gate}”不是一种关口，没有改动。").format(gate=gate[:40]), code="gate")
    plan = replace(found, stages=fresh, gate=found.gate if gate is None else gate)
    with workspace.atomic():
        if not register.set_round_plan(workspace, plan):
            raise KnownError(_("与现在一样，没有改动。"), code="unchanged")
    return plan, Changes(rounds=True)
