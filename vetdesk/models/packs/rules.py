"""Sanity rules on one unit's figures: which fire, and how much they ask for (domain section 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vetdesk.models.packs.evaluate import Data, Env, Missing
from vetdesk.models.packs.pack import Lacking, Pack, Rule
from vetdesk.models.records.verdicts import Severity
from vetdesk.models.records.words import _, pick


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired. `lacking`: it could not be checked, because these facts are missing."""

    rule: Rule
    lacking: frozenset[str] = frozenset()

    @property
    def severity(self) -> Severity:
        """How much it asks for; what cannot be checked is only noticed."""
        return Severity.NOTICE if self.lacking else self.rule.severity

    @property
    def sentence(self) -> str:
        """What it says."""
        said = pick(self.rule.text)
        return _("还不能校验（有数据没填）：{rule}").format(rule=said) if self.lacking else said


def fired(packs: Sequence[Pack], data: Mapping[str, Data]) -> list[Fired]:
    """The rules that fire over the packs of a round, each once, the gravest first.

    The same rule may be judged by several packs, one of which knows more of its figures: firing counts, then silence,
    then that it cannot be checked.
    """
    found: dict[str, Fired | None] = {}
    for pack in packs:
        env = Env(data[pack.id])
        for rule in pack.rules:
            before = found.get(rule.id)
            if before is not None and not before.lacking:
                continue
            now = check(rule, env)
            if rule.id not in found or now is None or not now.lacking:
                found[rule.id] = now
    order = list(Severity)
    return sorted(
        (each for each in found.values() if each), key=lambda each: (order.index(each.severity), each.rule.id)
    )


def check(rule: Rule, env: Env) -> Fired | None:
    """What a rule says of a unit; None where it is silent."""
    result = rule.code(env)
    if result is True:
        return Fired(rule)
    if not isinstance(result, Missing):
        return None
    if rule.lacking is Lacking.ASK:
        return Fired(rule, result.names)
    if rule.lacking is Lacking.KNOWN_PARTS and result.names <= rule.parts and result.names != rule.parts:
        known = env
        for name in result.names:
            known = known.with_fact(name, Fraction(0))
        return Fired(rule) if rule.code(known) is True else None
    return None
