"""The invented schools: plausible, contradiction-free, and of every kind a bureau meets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.factory import NINE, SETUP, UNCONFIRMED
from tests.models.operations.fractions_of import NINE_KEYS, truth, verdicts
from vetdesk.models.operations import demo_city, read_register
from vetdesk.models.operations.assess import Assessment
from vetdesk.models.operations.fill import read_entry
from vetdesk.models.packs import source
from vetdesk.models.records.facts import given
from vetdesk.models.records.verdicts import Severity

PACKS = (source.load(NINE), source.load(SETUP))


@pytest.mark.parametrize("seed", range(0, 200, 9))
def test_no_school_of_any_seed_is_blocked_by_a_rule(seed: int) -> None:
    for each in demo_city.schools(30, seed):
        rest = {name: read_entry(PACKS[1].fields[name], text) for name, text in demo_city.words(each).items()}
        for facts in (each.facts, {**each.facts, **each.overstated}):
            entries = {**{fact: given(text) for fact, text in facts.items()}, **rest}
            previous = {fact: given(text) for fact, text in each.last_year.items()}
            fired = Assessment(PACKS, entries, previous).rules()
            assert [rule.rule.id for rule in fired if rule.severity is Severity.BLOCK] == []


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_each_kind_of_school_is_what_it_says(seed: int) -> None:
    kinds = set()
    for each in demo_city.schools(30, seed):
        kinds.add(each.kind)
        told = verdicts(truth(each))
        found = {name: told[name] for name in NINE_KEYS}
        rest = {told[name] for name in told.keys() - set(NINE_KEYS) - {*UNCONFIRMED}}
        if each.kind == "good":
            assert {*found.values(), *rest} == {"met"}
        elif each.kind == "near":
            assert "unmet" in found.values()
            assert told["zz10_q_train"] == "unmet"
        elif each.kind == "gaps":
            assert "incomplete" in found.values()
    assert kinds == {"good", "near", "gaps", "silent"}


def test_what_is_overstated_is_larger_than_the_truth() -> None:
    overstated = [each for each in demo_city.schools(30, 7) if each.overstated]
    assert len(overstated) > 5
    for each in overstated:
        for fact, text in each.overstated.items():
            assert int(text) > int(each.facts[fact])


def test_the_register_is_read_without_a_doubt(tmp_path: Path) -> None:
    made = demo_city.schools(30, 7)
    demo_city.write_register(made, tmp_path / "名录.xlsx")
    offer = read_register.look(tmp_path / "名录.xlsx")
    assert offer.doubts == ()
    assert [(unit.code, unit.name, unit.district) for unit in offer.units] == [
        (each.code, each.name, each.district) for each in made
    ]


def test_evidence_is_a_real_pdf_and_a_real_jpeg(tmp_path: Path) -> None:
    made = demo_city.write_evidence(demo_city.schools(1, 1)[0], tmp_path / "neu")
    assert {path.suffix for path in made.values()} == {".pdf", ".jpg"}
    assert made["db22_land"].read_bytes().startswith(b"%PDF-")
    with Image.open(made["db22_bldg"]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (420, 594))
