"""Quantiles of similar schools: made by the bureau from the round before, carried by a task file, kept at a school."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from vetdesk.models.operations.assess import Assessment, identity_facts
from vetdesk.models.operations.decide import declared
from vetdesk.models.packs.compare import carried
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.numbers import decimal_text
from vetdesk.models.rollup.peers import Peers, closest, peers
from vetdesk.models.store import exchange, figures, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace
from vetdesk.models.sync import bodies

_STATES = ("received", "accepted")
"""Of whom figures count: neither of computers nobody confirmed, nor what was returned."""


def of_round_before(workspace: Workspace, decider: Callable[[UnitRecord], Pack]) -> list[Peers]:
    """Quantiles over the newest round of the bureau, each school under the standard that `decider` says decides about it.

    Accepted figures count before declared ones. Empty where there is no such round, or too few schools submitted.
    """
    before = next(iter(register.rounds(workspace)), None)
    if before is None:
        return []
    former = register.known_fields(workspace, before.id)
    accepted = figures.read_all(workspace, before.id, stage=Stage.ACCEPTED)
    units = {each.code: each for each in register.units(workspace)}

    def values() -> Iterator[tuple[str, str, Fraction]]:
        for code, held in exchange.current_submissions(workspace, before.id).items():
            unit = units.get(code)
            if unit is None or held.state not in _STATES:
                continue
            pack = decider(unit)
            entries = carried(accepted.get(code) or declared(held), (pack,), former)
            for name, each in judge(pack, data_of(pack, {**entries, **identity_facts(unit)})).items():
                if each.value is not None and not pack.indicators[name].question:
                    yield name, unit.run_type, each.value

    return peers(values())


def travelling(groups: Sequence[Peers]) -> list[bodies.PeerGroup]:
    """Groups as they travel."""
    return [
        bodies.PeerGroup(each.indicator, each.run_type, each.count, [decimal_text(one) for one in each.quantiles])
        for each in groups
    ]


def keep(workspace: Workspace, round_id: str, groups: Sequence[bodies.PeerGroup]) -> None:
    """Remember the groups of a round, in the caller's transaction."""
    workspace.set_meta({f"peers.{round_id}": msgspec.json.encode(groups).decode("utf-8") if groups else ""})


def kept(workspace: Workspace, round_id: str) -> list[bodies.PeerGroup]:
    """The groups of a round, as they travelled."""
    text = workspace.meta(f"peers.{round_id}")
    return msgspec.json.decode(text, type=list[bodies.PeerGroup]) if text else []


def beside(workspace: Workspace, round_id: str, run_type: str) -> dict[str, Peers]:
    """For each indicator of the round the group that a school of a type is compared with."""
    groups = (
        Peers(each.indicator, each.run_type, each.count, tuple(Fraction(one) for one in each.quantiles))
        for each in kept(workspace, round_id)
    )
    return closest(groups, run_type)


def hints(assessment: Assessment, around: Mapping[str, Peers]) -> list[tuple[str, str]]:
    """`(indicator, sentence)` for every indicator of the deciding standard that is far from those of similar schools."""
    pack = assessment.deciding
    found = []
    for name, each in assessment.judged[pack.id].items():
        group = around.get(name)
        if group is not None and each.value is not None and group.far(each.value):
            found.append((name, group.sentence(each.value)))
    return found
