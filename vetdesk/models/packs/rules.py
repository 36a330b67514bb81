"""Sanity rules on one unit's figures: which fire, and how much they ask for (domain section 9)."""

from __future__ import annotations

from dataclasses import dataclass

from vetdesk.models.packs.evaluate import Data
from vetdesk.models.packs.pack import Pack, Rule
from vetdesk.models.records.verdicts import Severity


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired."""

    rule: Rule

    @property
    def severity(self) -> Severity:
        """How much it asks for."""
        return self.rule.severity


def fired(packs: list[Pack], data: dict[str, Data]) -> list[Fired]:
    """The rules that fire over the packs of a round, each once, the gravest first.

    A rule that lacks a figure stays silent: what is missing is the indicators' matter.
    """
    found: dict[str, Fired] = {}
    for pack in packs:
        for rule in pack.rules:
            if rule.id not in found and rule.code(data[pack.id], None) is True:
                found[rule.id] = Fired(rule)
    order = list(Severity)
    return sorted(found.values(), key=lambda each: (order.index(each.severity), each.rule.id))
