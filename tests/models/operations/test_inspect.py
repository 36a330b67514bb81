"""The inspection: assigned with figures and evidence, marked, handed back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import content_of, resealed, rows_of
from vetdesk.models.operations import inspect
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.desk import desk
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import Stage, given
from vetdesk.models.store import evidence, figures, inspection, register
from vetdesk.models.sync.read import verify


def refused(city: City, target: Path, *, inspector: str = "1", units: list[str] | None = None) -> KnownError:
    """The refusal of an assignment, after checking that it changed nothing."""
    before = rows_of(city.bureau), content_of(city.bureau.folder)
    with pytest.raises(KnownError) as caught:
        inspect.assign(city.bureau, target, inspector=inspector, units=[FIRST] if units is None else units)
    assert (rows_of(city.bureau), content_of(city.bureau.folder)) == before
    assert not target.exists()
    return caught.value


def test_the_inspector_gets_figures_evidence_and_packs(city: City, tmp_path: Path) -> None:
    proof = pdf(tmp_path)
    sha256, _changes = attach(city.school(), proof, indicator="db22_land")
    city.received()
    inspector = city.inspector()
    assert (inspector.role, inspector.owner, inspector.meta("person")) == ("inspector", "1", "专家")
    assert [each.code for each in register.units(inspector)] == [FIRST]
    found = desk(inspector)
    assert [pack.id for pack in found.packs] == [pack.id for pack in desk(city.bureau).packs]
    assert figures.read(inspector, found.round.id, FIRST)["teachers_ft"] == given("100")
    assert [each.label for each in evidence.used(inspector, found.round.id, FIRST)] == ["证.pdf"]
    assert evidence.path_of(inspector, sha256).read_bytes() == proof.read_bytes()
    assert inspection.assignments(city.bureau)[0].units == (FIRST,)


def test_an_assignment_needs_schools_that_submitted(city: City, tmp_path: Path) -> None:
    target = tmp_path / "x.vdpkg"
    assert refused(city, target).code == "not_received"
    city.received()
    assert refused(city, target, units=[FIRST, SECOND]).code == "not_received"
    assert refused(city, target, units=["3641999999"]).code == "no_unit"
    assert refused(city, target, units=[FIRST, FIRST]).code == "no_units"
    assert refused(city, target, units=[]).code == "no_units"
    assert refused(city, target, inspector=" ").code == "no_units"


@pytest.mark.parametrize("gone", [True, False])
def test_evidence_gone_or_altered_at_the_bureau_refuses(city: City, tmp_path: Path, gone: bool) -> None:
    sha256, _changes = attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    path = evidence.path_of(city.bureau, sha256)
    path.chmod(0o644)
    if gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"invented", b"altered!"))
    assert "证.pdf" in refused(city, tmp_path / "x.vdpkg").sentence


def test_marks_set_the_verified_figure(city: City) -> None:
    city.received()
    inspector, round_id = city.inspector(), desk(city.bureau).round.id

    def verified(fact: str) -> str:
        return figures.read(inspector, round_id, FIRST, stage=Stage.VERIFIED)[fact].text

    inspect.mark(inspector, FIRST, "teachers_ft", found="agree", method="count", note=" 已点名 ")
    assert verified("teachers_ft") == "100"
    inspect.mark(inspector, FIRST, "teachers_ft", found="differ", value="９８人", method="count")
    assert verified("teachers_ft") == "98"
    inspect.mark(inspector, FIRST, "teachers_ft", found="cannot_verify")
    assert verified("teachers_ft") == ""
    only = inspection.marks(inspector, round_id, unit=FIRST)
    assert [(each.fact, each.mark, each.text) for each in only] == [("teachers_ft", "cannot_verify", "")]


@pytest.mark.parametrize(
    ("unit", "fact", "found", "value", "method", "code"),
    [
        (SECOND, "teachers_ft", "agree", "", "", "outside_scope"),
        (FIRST, "nonsense", "agree", "", "", "unknown_fact"),
        (FIRST, "land_counted", "agree", "", "", "unknown_fact"),
        (FIRST, "teachers_ft", "perhaps", "", "", "bad_mark"),
        (FIRST, "teachers_ft", "agree", "", "guess", "bad_mark"),
        (FIRST, "teachers_ft", "differ", "", "", "bad_number"),
        (FIRST, "teachers_ft", "differ", "很多", "", "bad_number"),
        (FIRST, "teachers_ft", "differ", "-1", "", "bad_number"),
        (FIRST, "teachers_ft", "differ", "9.5", "", "bad_number"),
        (FIRST, "teachers_ft", "differ", "9亩", "", "bad_number"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(
    city: City, unit: str, fact: str, found: str, value: str, method: str, code: str
) -> None:
    city.received()
    before = rows_of(city.inspector())
    with pytest.raises(KnownError) as caught:
        inspect.mark(city.inspector(), unit, fact, found=found, value=value, method=method)
    assert caught.value.code == code
    assert rows_of(city.inspector()) == before


def test_an_equal_mark_leaves_no_trace(city: City) -> None:
    city.received()
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="differ", value="98", method="count")
    before = rows_of(city.inspector())
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="differ", value="98", method="count")
    assert rows_of(city.inspector()) == before


def test_a_finding_rests_on_the_clause_of_its_indicator(city: City) -> None:
    city.received()
    made, changes = inspect.note_finding(
        city.inspector(), FIRST, problem=" 缺证 ", indicator="db22_land", advice="补办"
    )
    assert (made.problem, made.basis, made.state) == ("缺证", "教职成〔2022〕5号 附件1 一般类中职", "not_started")
    assert changes.findings
    for arguments, code in (
        ({"unit": SECOND, "problem": "x"}, "outside_scope"),
        ({"unit": FIRST, "problem": "  "}, "no_text"),
        ({"unit": FIRST, "problem": "x", "indicator": "nonsense"}, "unknown_indicator"),
    ):
        with pytest.raises(KnownError) as caught:
            inspect.note_finding(city.inspector(), **arguments)
        assert caught.value.code == code


def test_handing_back_needs_a_mark_and_answers_the_assignment(city: City, tmp_path: Path) -> None:
    city.received()
    with pytest.raises(KnownError) as caught:
        inspect.hand_back(city.inspector(), tmp_path / "x.vdpkg")
    assert caught.value.code == "nothing_marked"
    inspect.mark(city.inspector(), FIRST, "teachers_ft", found="agree")
    posted, _changes = inspect.hand_back(city.inspector(), tmp_path / "x.vdpkg")
    head = verify(posted.path).manifest
    assert (head.kind, head.answers) == ("review", inspection.assignments(city.bureau)[0].package)


def refusal(path: Path) -> KnownError:
    """The refusal of an inspection package."""
    with pytest.raises(KnownError) as caught:
        inspect.read_task(path)
    return caught.value


def test_a_task_that_is_not_whole_is_refused(city: City, tmp_path: Path) -> None:
    attach(city.school(), pdf(tmp_path), indicator="db22_land")
    city.received()
    task = tmp_path / "task.vdpkg"
    inspect.assign(city.bureau, task, inspector="1", units=[FIRST], encrypt=False)
    target = tmp_path / "x.vdpkg"
    assert refusal(city.campaign).code == "wrong_kind"
    assert refusal(resealed(task, target, city.bureau, blobs=[])).code == "missing_evidence"
    assert refusal(resealed(task, target, city.bureau, cycle="other")).code == "malformed"

    def edit(body: dict[str, Any]) -> None:
        body["bureau_district"] = "411402"

    assert refusal(resealed(task, target, city.bureau, edit=edit)).code == "malformed"
    assert refusal(resealed(task, target, city.school())).code == "unknown_sender"
    target.write_bytes(task.read_bytes()[:-5])
    assert refusal(target).code == "truncated"


def test_two_inspectors_get_tokens_of_their_own(city: City) -> None:
    city.received()
    city.received(SECOND)
    city.inspector("1", units=(FIRST,))
    city.inspector("2", units=(SECOND,))
    found = inspection.assignments(city.bureau)
    assert len({each.token for each in found}) == len({each.package for each in found}) == 2


def test_findings_known_before_go_along(city: City, tmp_path: Path) -> None:
    from vetdesk.models.operations import receive

    city.received()
    inspect.mark(city.inspector("1"), FIRST, "teachers_ft", found="agree")
    made, _changes = inspect.note_finding(city.inspector("1"), FIRST, problem="缺证")
    inspect.hand_back(city.inspector("1"), tmp_path / "x.vdpkg")
    receive.receive(city.bureau, [tmp_path / "x.vdpkg"])
    second = city.inspector("2")
    assert [each.id for each in inspection.findings(second, desk(second).round.id)] == [made.id]
    inspect.mark(second, FIRST, "teachers_ft", found="agree")
    posted, _changes = inspect.hand_back(second, tmp_path / "y.vdpkg")
    assert b'"findings":[]' in verify(posted.path).data()


def test_roles_do_not_change_places(city: City, tmp_path: Path) -> None:
    for act in (
        lambda: inspect.assign(city.school(), tmp_path / "x", inspector="1", units=[FIRST]),
        lambda: inspect.assignment(city.bureau),
        lambda: inspect.mark(city.school(), FIRST, "teachers_ft", found="agree"),
    ):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "wrong_role"
