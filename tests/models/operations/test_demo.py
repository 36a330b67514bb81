"""The demo: the whole loop ran, and what it shows is what an independent calculation says."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.factory import NINE, SETUP, DemoCity
from tests.models.operations.forge import content_of
from tests.models.operations.fractions_of import NINE_KEYS, truth, verdicts
from vetdesk.charts.draw import to_png
from vetdesk.models.operations import demo_city, receive, rectify
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.demo import build
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.doctor import examine
from vetdesk.models.operations.evaluate_table import evaluate
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo import undo
from vetdesk.models.packs import source
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.rollup.board import Board
from vetdesk.models.store import exchange, inspection
from vetdesk.models.store.workspace import Workspace, open_workspace
from vetdesk.models.sync.read import verify


@pytest.fixture(autouse=True)
def its_keys(demo: DemoCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the demo's workspaces."""
    monkeypatch.setenv("VETDESK_HOME", str(demo.home))


@pytest.fixture
def copied(demo: DemoCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo, to be changed."""
    shutil.copytree(demo.home, tmp_path / "home")
    monkeypatch.setenv("VETDESK_HOME", str(tmp_path / "home"))
    return Path(shutil.copytree(demo.folder, tmp_path / "demo"))


@pytest.fixture
def bureau(demo: DemoCity) -> Iterator[Workspace]:
    """The bureau of the demo, to be read."""
    with open_workspace(demo.folder / "bureau", role="bureau") as opened:
        yield opened


def facts(demo: DemoCity) -> dict[str, dict[str, Any]]:
    """The accepted facts the demo leaves."""
    return dict(json.loads((demo.folder / "facts.json").read_text(encoding="utf-8")))


def exact(known: dict[str, Any]) -> dict[str, Any]:
    """The same with its figures as numbers, however they are spelled."""
    return {
        name: Fraction(each) if isinstance(each, str) and each[0].isdigit() else each for name, each in known.items()
    }


def test_everything_that_was_promised_is_there(demo: DemoCity) -> None:
    made = demo_city.schools(10, seed=7)
    codes = {each.code for each in made}
    assert {path.name for path in (demo.folder / "schools").iterdir()} == codes
    assert (demo.folder / "bureau" / "vetdesk.db").is_file()
    assert {path.name for path in (demo.folder / "inspectors").iterdir()} == {"1", "2"}
    for name in ("rollup.xlsx", "chart.png", "summary.md", "facts.json"):
        assert (demo.folder / name).stat().st_size > 0
    assert demo.status == 0
    assert (demo.folder / "summary.md").read_text(encoding="utf-8") == demo.summary.removesuffix("\n")
    assert set(facts(demo)) == codes
    kinds = [verify(path).manifest.kind for path in sorted((demo.folder / "packages").glob("*.vdpkg"))]
    assert set(kinds) == {"campaign", "submission", "receipt", "inspection", "review", "feedback"}
    assert kinds.count("submission") > 10
    assert not list(demo.folder.rglob("*.part"))


def test_names_are_clearly_invented_and_lie_in_the_nine_districts(demo: DemoCity) -> None:
    made = demo_city.schools(30, seed=7)
    assert all("（虚构）" in each.name for each in made)
    assert len({each.name for each in made}) == len({each.code for each in made}) == 30
    assert {each.district for each in made} == {
        "411402", "411403", "411421", "411422", "411423", "411424", "411425", "411426", "411481"
    }  # fmt: skip
    assert "（虚构）" in demo.summary


def stage_verdicts(found: Board, stage: Stage) -> dict[str, dict[str, str]]:
    """The board's verdicts of a stage, by school."""
    return {
        line.unit.code: {name: each.verdict.value for name, each in line.judged[stage].items()} for line in found.lines
    }


def test_the_roll_up_gives_every_school_and_indicator_the_verdict_its_figures_imply(
    demo: DemoCity, bureau: Workspace
) -> None:
    found = board(bureau)
    wanted = {code: verdicts(own) for code, own in facts(demo).items()}
    assert [set(each) for each in wanted.values()] == [{*found.packs[0].indicators, *found.packs[1].indicators}] * 10
    for stage in (Stage.DECLARED, Stage.ACCEPTED):
        assert stage_verdicts(found, stage) == wanted
    for pack, seen in (
        ("db22", {"met", "unmet", "incomplete"}),
        ("zz10", {"met", "unmet", "incomplete", "unverified"}),
    ):
        own = {each for school in wanted.values() for name, each in school.items() if name.startswith(pack)}
        assert own == seen
    assert {school["zz10_q_train"] for school in wanted.values()} == {"met", "unmet"}


def test_what_inspectors_corrected_is_the_truth_and_the_rest_is_what_was_declared(
    demo: DemoCity, bureau: Workspace
) -> None:
    inspected = {code for each in inspection.assignments(bureau) for code in each.units}
    for each in demo_city.schools(10, seed=7):
        wanted = {**truth(each), **({} if each.code in inspected else each.overstated)}
        assert exact(facts(demo)[each.code]) == exact(wanted)
    assert inspected


def test_verified_figures_are_those_the_inspectors_found(demo: DemoCity, bureau: Workspace) -> None:
    made = {each.code: each for each in demo_city.schools(10, seed=7)}
    found = stage_verdicts(board(bureau), Stage.VERIFIED)
    inspected = {code for each in inspection.assignments(bureau) for code in each.units}
    assert 2 <= len(inspected) <= 5
    for code, own in found.items():
        assert own == (verdicts(truth(made[code])) if code in inspected else dict.fromkeys(own, "incomplete"))


@pytest.mark.parametrize("pack", [NINE, SETUP])
def test_evaluate_on_the_facts_agrees_with_the_roll_up(demo: DemoCity, bureau: Workspace, pack: str) -> None:
    accepted = stage_verdicts(board(bureau), Stage.ACCEPTED)
    found = evaluate(source.load(pack), demo.folder / "facts.json")
    assert len(found) == 10 * len(source.load(pack).indicators)
    for each in found:
        assert each.verdict == accepted[each.unit][each.indicator]


def test_the_summary_counts_what_the_figures_imply(demo: DemoCity) -> None:
    met = sum(all(verdicts(own)[name] == "met" for name in NINE_KEYS) for own in facts(demo).values())
    found = re.search(r"应报 (\d+) 所，已报 (\d+) 所，达标 (\d+) 所，达标率 ([\d.]+)%（(\d+)/(\d+)）", demo.summary)
    assert found is not None
    assert found.groups() == ("10", "10", str(met), f"{met * 10}.00", str(met), "10")
    assert 0 < met < 10


def test_the_loop_left_its_traces_everywhere(demo: DemoCity, bureau: Workspace) -> None:
    findings = inspection.findings(bureau, desk(bureau).round.id)
    assert [each.state for each in findings].count("claimed_fixed") == 1
    assert {each.state for each in findings[:-1]} == {"closed"}
    held = exchange.current_submissions(bureau, desk(bureau).round.id)
    assert {each.state for each in held.values()} == {"accepted"}
    assert max(each.seq for each in held.values()) == 2
    for code in held:
        with open_workspace(demo.folder / "schools" / code) as school:
            sent = exchange.packages(school, kind="submission", direction="out")
            assert sent[0].state == "accepted"


def test_every_workspace_is_healthy(demo: DemoCity) -> None:
    folders = [demo.folder / "bureau", *(demo.folder / "schools").iterdir(), *(demo.folder / "inspectors").iterdir()]
    for folder in folders:
        with open_workspace(folder) as opened:
            assert [each.sentence for each in examine(opened) if not each.well] == []


def test_the_workspaces_go_on(copied: Path) -> None:
    code = "3641990003"
    with open_workspace(copied / "schools" / code) as school:
        before = standing(school).assessment.value("books_print")
        set_figures(school, {"books_print": "1234567"})
        undo(school)
        assert standing(school).assessment.value("books_print") == before
        posted, _changes = submit(school, copied / "neu.vdpkg")
    with open_workspace(copied / "bureau") as bureau:
        assert receive.receive(bureau, [posted.path]).taken == 1
        left = [each for each in inspection.findings(bureau, desk(bureau).round.id) if each.state != "closed"]
        rectify.close(bureau, left[0].id)
        assert [each.well for each in examine(bureau)] == [True] * 6


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(tmp_path: Path) -> None:
    for name in "ab":
        build(tmp_path / name, schools=2, seed=5, draw=to_png)
    for name in ("facts.json", "summary.md"):
        assert (tmp_path / "a" / name).read_text(encoding="utf-8") == (tmp_path / "b" / name).read_text(
            encoding="utf-8"
        )
    figures = [[each.facts for each in demo_city.schools(2, seed)] for seed in (5, 5, 6)]
    assert figures[0] == figures[1] != figures[2]


def test_a_city_of_one_school_works(tmp_path: Path) -> None:
    build(tmp_path / "demo", schools=1, seed=1, draw=to_png)
    assert len(json.loads((tmp_path / "demo" / "facts.json").read_text(encoding="utf-8"))) == 1


def test_a_folder_in_use_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mein", encoding="utf-8")
    before = content_of(tmp_path)
    for place in (tmp_path, tmp_path / "x"):
        with pytest.raises(KnownError) as caught:
            build(place, schools=1, seed=1, draw=to_png)
        assert caught.value.code == "not_empty"
    assert content_of(tmp_path) == before
