"""Confirming a required value: previewed, refused in one sentence, kept with who read what where, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.factory import FIRST, NINE, SECOND, SETUP, City, pdf
from tests.models.operations.forge import content_of, rows_of
from vetdesk.models.operations.confirm_threshold import Confirmation, confirm, preview
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.roll_up import board
from vetdesk.models.operations.send_standard import scans
from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.operations.upgrade_pack import downgrade
from vetdesk.models.packs.byte_form import fingerprint
from vetdesk.models.packs.examples import run_examples
from vetdesk.models.packs.pack import Pack, PackError
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.facts import Stage
from vetdesk.models.records.verdicts import Verdict
from vetdesk.models.store import evidence, journal, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import Workspace

LOCAL = "ha_zz_2021_468"
ABOUT = Confirmation(SETUP, "zz10_pt_pct", "豫教职〔2026〕1号", "王丽", value="20", article="第三条", cmp="<=")
"""A value that the text only says “about”, confirmed by a paper that says how it is to be read."""


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Workspace]:
    """A bureau whose round goes by the provincial standard, most of whose values are unconfirmed."""
    with set_up_bureau(tmp_path / "b", name="局（虚构）", district="411400", officer="经办") as made:
        with made.atomic():
            register.put_units(made, [UnitRecord(FIRST, "甲校（虚构）")])
        publish(made, RoundPlan((LOCAL,), "2026", "2099-12-31"), tmp_path / "任务包.vdpkg")
        yield made


def current(workspace: Workspace, name: str = SETUP) -> Pack:
    """A standard as the round goes by it."""
    return next(each for each in desk(workspace).packs if each.id == name)


def refused(workspace: Workspace, said: Confirmation) -> KnownError:
    """The refusal of a confirmation, previewed or not, after checking that it changed nothing."""
    before = rows_of(workspace), content_of(workspace.folder)
    with pytest.raises(KnownError) as caught:
        confirm(workspace, said)
    assert (rows_of(workspace), content_of(workspace.folder)) == before
    assert caught.value.status is ExitStatus.REFUSED
    assert "\n" not in caught.value.sentence
    assert "{" not in caught.value.sentence
    return caught.value


# --- preview ------------------------------------------------------------------------------------------------------


def test_a_preview_changes_nothing_and_names_the_verdicts_of_every_submission(city: City) -> None:
    for code, parttime in ((FIRST, "20"), (SECOND, "40")):
        set_figures(city.school(code), {"teachers_parttime": parttime})
        city.received(code)
    before = rows_of(city.bureau), content_of(city.bureau.folder)
    found = preview(city.bureau, ABOUT)
    assert (rows_of(city.bureau), content_of(city.bureau.folder)) == before
    flips = {each.unit: [(one.indicator, one.was, one.now) for one in each.flips] for each in found.units}
    assert flips == {
        FIRST: [("zz10_pt_pct", Verdict.UNVERIFIED, Verdict.MET)],
        SECOND: [("zz10_pt_pct", Verdict.UNVERIFIED, Verdict.UNMET)],
    }
    assert found.flipped == 2


def test_a_preview_shows_only_the_indicator_that_is_confirmed(city: City) -> None:
    (only,) = preview(city.bureau, ABOUT).comparison.differing
    aspects = {each.name: (each.was, each.now) for each in only.aspects}
    assert only.new == ("zz10_pt_pct",)
    assert aspects["达标值"] == ("≈ 20 %", "≤ 20 %")
    assert aspects["可信度"] == ("UNSURE", "CONFIRMED")
    assert aspects["依据"][1] == "豫教职〔2026〕1号 第三条"


# --- confirmed ----------------------------------------------------------------------------------------------------


def test_versions_count_behind_the_publishers(city: City) -> None:
    first, _changes = confirm(city.bureau, ABOUT)
    second, _changes = confirm(city.bureau, replace(ABOUT, value="25"))
    other, _changes = confirm(city.bureau, Confirmation(SETUP, "zz10_land", "豫教职〔2026〕2号", "王丽", value="41000"))
    assert [first.version, second.version, other.version] == ["1+1", "1+2", "1+3"]
    assert current(city.bureau).version == "1+3"
    assert current(city.bureau, NINE).version == "1"
    assert current(city.bureau).indicators["zz10_pt_pct"].threshold.text == "25"


def test_everything_that_was_said_is_in_the_standard(city: City, tmp_path: Path) -> None:
    page = pdf(tmp_path, "第3页.pdf")
    confirm(city.bureau, replace(ABOUT, scan=page, date="2026-05-04"))
    indicator = current(city.bureau).indicators["zz10_pt_pct"]
    bar = indicator.threshold.first
    sha256 = evidence.sha256_of(page)
    assert (indicator.cmp, bar.text, bar.document, bar.article) == ("<=", "20", "豫教职〔2026〕1号", "第三条")
    assert (bar.confidence, bar.confirmed) == ("CONFIRMED", True)
    assert bar.confirmed_by == {
        "person": "王丽",
        "date": "2026-05-04",
        "document": "豫教职〔2026〕1号 第三条",
        "scan": sha256,
    }
    assert scans(current(city.bureau)) == [(sha256, "豫教职〔2026〕1号 第三条")]
    assert evidence.path_of(city.bureau, sha256).read_bytes() == page.read_bytes()
    assert evidence.missing_files(city.bureau) == []


def test_without_a_date_it_is_today(city: City) -> None:
    import datetime as dt

    confirm(city.bureau, ABOUT)
    date = current(city.bureau).indicators["zz10_pt_pct"].threshold.first.confirmed_by["date"]
    assert abs((dt.date.fromisoformat(date) - dt.datetime.now(dt.UTC).date()).days) <= 1


def test_the_verdicts_follow(city: City) -> None:
    set_figures(city.school(), {"teachers_parttime": "20"})
    city.received()
    assert board(city.bureau).counts("zz10_pt_pct")[Verdict.UNVERIFIED] == 1
    confirm(city.bureau, ABOUT)
    assert board(city.bureau).counts("zz10_pt_pct")[Verdict.MET] == 1
    confirm(city.bureau, replace(ABOUT, value="10"))
    line = next(each for each in board(city.bureau).lines if each.unit.code == FIRST)
    assert line.judged[Stage.DECLARED]["zz10_pt_pct"].verdict is Verdict.UNMET


def test_a_confirmation_is_one_act_with_its_rows(city: City, tmp_path: Path) -> None:
    before = fingerprint(current(city.bureau))
    new, changes = confirm(city.bureau, replace(ABOUT, scan=pdf(tmp_path)))
    last = city.bureau.rows("SELECT act FROM journal ORDER BY seq DESC LIMIT 1")[0]["act"]
    rows = journal.of_act(city.bureau, last)
    assert [each["action"] for each in rows] == ["upgrade_pack", "confirm_threshold"]
    assert (rows[0]["old"], rows[0]["new"]) == (before, fingerprint(new))
    assert (rows[1]["field"], rows[1]["why"]) == (f"pack.{SETUP}.zz10_pt_pct.0", "王丽")
    assert rows[1]["new"]["value"] == "20"
    assert {each.act for each in register.switches(city.bureau, desk(city.bureau).round.id)} == {last}
    assert (changes.rounds, journal.broken_at(city.bureau)) == (True, None)


def test_worked_examples_still_hold(city: City) -> None:
    new, _changes = confirm(city.bureau, replace(ABOUT, value="10"))
    assert len(new.examples) > 0
    assert run_examples(new) == []
    confirm(city.bureau, Confirmation(SETUP, "zz10_land", "豫教职〔2026〕2号", "王丽", value="60000.01"))
    found = current(city.bureau)
    assert run_examples(found) == []
    assert "met" not in {each.expect.get("zz10_land") for each in found.examples}


def test_examples_of_the_other_indicators_are_not_restated(city: City) -> None:
    before = {each.name: dict(each.expect) for each in current(city.bureau).examples}
    new, _changes = confirm(city.bureau, ABOUT)
    for each in new.examples:
        rest = {name: verdict for name, verdict in before[each.name].items() if name != "zz10_pt_pct"}
        assert {name: each.expect[name] for name in rest} == rest


def test_without_a_value_the_present_one_is_confirmed(local: Workspace) -> None:
    assert not current(local, LOCAL).indicators["ha_ft_teachers"].threshold.confirmed
    confirm(local, Confirmation(LOCAL, "ha_ft_teachers", "教职成〔2021〕468号", "王丽", article="附件 2"))
    found = current(local, LOCAL).indicators["ha_ft_teachers"].threshold
    assert (found.text, found.confirmed, found.document) == ("60", True, "教职成〔2021〕468号")
    assert found.first.article == "附件 2"


def test_a_value_taken_from_a_base_can_be_corrected(local: Workspace) -> None:
    new, _changes = confirm(local, Confirmation(LOCAL, "ha_ft_teachers", "教职成〔2021〕468号", "王丽", value="80"))
    assert new.indicators["ha_ft_teachers"].threshold.text == "80"
    assert run_examples(new) == []
    assert new.layer is not None


def test_one_of_several_values_is_confirmed_by_its_number(local: Workspace) -> None:
    pack = current(local, LOCAL)
    name = next(name for name, each in pack.indicators.items() if len(each.threshold.every) > 1)
    before = pack.indicators[name].threshold.every
    confirm(local, Confirmation(LOCAL, name, "教职成〔2021〕468号", "王丽", bar=1, article="附件 9"))
    after = current(local, LOCAL).indicators[name].threshold.every
    assert (after[0].text, after[0].article, after[0].confidence) == (before[0].text, before[0].article, "UNSURE")
    assert (after[1].article, after[1].confidence) == ("附件 9", "CONFIRMED")


def test_a_value_may_be_a_formula_of_the_right_unit(city: City) -> None:
    new, _changes = confirm(city.bureau, Confirmation(SETUP, "zz10_land", "新文件", "王丽", value="students_ft * 33"))
    assert new.indicators["zz10_land"].threshold.text == "students_ft * 33"


def test_a_checklist_item_can_be_confirmed(city: City) -> None:
    set_figures(city.school(), {"zz10_q_major": "符合"})
    city.received()
    assert board(city.bureau).counts("zz10_q_major")[Verdict.UNVERIFIED] == 1
    new, _changes = confirm(
        city.bureau, Confirmation(SETUP, "zz10_q_major", "教职成〔2010〕12号", "王丽", article="第十一条")
    )
    bar = new.indicators["zz10_q_major"].threshold.first
    assert (bar.confidence, bar.document, bar.article) == ("CONFIRMED", "教职成〔2010〕12号", "第十一条")
    assert board(city.bureau).counts("zz10_q_major")[Verdict.MET] == 1
    assert run_examples(new) == []


def test_who_confirmed_a_checklist_item_is_in_the_standard(city: City, tmp_path: Path) -> None:
    said = Confirmation(SETUP, "zz10_q_major", "教职成〔2010〕12号", "王丽", article="第十一条", scan=pdf(tmp_path))
    confirm(city.bureau, said)
    text = json.dumps(current(city.bureau).plain, ensure_ascii=False)
    assert "王丽" in text
    assert evidence.sha256_of(tmp_path / "证.pdf") in text
    assert scans(current(city.bureau)) != []


def test_a_checklist_item_has_no_value_to_confirm(city: City) -> None:
    refused(city.bureau, Confirmation(SETUP, "zz10_q_major", "教职成〔2010〕12号", "王丽", value="一千二百"))


def test_a_new_document_without_a_clause_does_not_keep_the_old_clause(city: City) -> None:
    new, _changes = confirm(city.bureau, Confirmation(SETUP, "zz10_land", "新文件", "王丽"))
    bar = new.indicators["zz10_land"].threshold.first
    assert (bar.document, bar.article) == ("新文件", "")
    same, _changes = confirm(city.bureau, Confirmation(SETUP, "zz10_bldg", "教职成〔2010〕12号", "王丽"))
    assert same.indicators["zz10_bldg"].threshold.first.article == "第八条"


def test_what_was_typed_around_is_trimmed(city: City) -> None:
    said = replace(ABOUT, value=" 20 ", document=" 豫教职〔2026〕1号 ", person=" 王丽 ", article=" 第三条 ")
    new, _changes = confirm(city.bureau, said)
    bar = new.indicators["zz10_pt_pct"].threshold.first
    assert (bar.text, bar.document, bar.article) == ("20", "豫教职〔2026〕1号", "第三条")
    assert bar.confirmed_by["person"] == "王丽"
    assert bar.confirmed_by["document"].strip() == bar.confirmed_by["document"]


# --- taken back ---------------------------------------------------------------------------------------------------


def test_a_downgrade_takes_it_back(city: City) -> None:
    city.received()
    before = fingerprint(current(city.bureau)), board(city.bureau).counts("zz10_pt_pct")
    confirm(city.bureau, ABOUT)
    confirm(city.bureau, replace(ABOUT, value="25"))
    downgrade(city.bureau)
    assert current(city.bureau).version == "1+1"
    downgrade(city.bureau)
    assert (fingerprint(current(city.bureau)), board(city.bureau).counts("zz10_pt_pct")) == before
    assert journal.broken_at(city.bureau) is None


def test_after_taking_back_another_value_can_be_confirmed(city: City) -> None:
    confirm(city.bureau, ABOUT)
    downgrade(city.bureau)
    new, _changes = confirm(city.bureau, replace(ABOUT, value="25"))
    assert (new.version, current(city.bureau).indicators["zz10_pt_pct"].threshold.text) == ("1+1", "25")


# --- refused ------------------------------------------------------------------------------------------------------

CASES: list[tuple[dict[str, Any], str]] = [
    ({"value": "二十"}, "bad_value"),
    ({"value": "-"}, "bad_value"),
    ({"value": "20 +"}, "bad_value"),
    ({"value": "students_total"}, "bad_value"),
    ({"value": "teachers_unknown"}, "bad_value"),
    ({"value": "majors"}, "bad_value"),
    ({"value": "20 if 1 else"}, "bad_value"),
    ({"value": "__import__('os')"}, "bad_value"),
    ({"document": ""}, "no_document"),
    ({"document": "  "}, "no_document"),
    ({"person": ""}, "no_document"),
    ({"person": "\t"}, "no_document"),
    ({"indicator": "nonsense"}, "no_indicator"),
    ({"indicator": ""}, "no_indicator"),
    ({"bar": 1}, "no_bar"),
    ({"bar": -1}, "no_bar"),
    ({"pack": "cn_vb_2021"}, "not_in_round"),
    ({"pack": ""}, "not_in_round"),
    ({"cmp": ""}, "about"),
    ({"cmp": "~"}, "bad_cmp"),
    ({"cmp": "大于"}, "bad_cmp"),
    ({"indicator": "zz10_q_major"}, "bad_cmp"),
]


@pytest.mark.parametrize(("changes", "code"), CASES)
def test_what_cannot_be_confirmed_is_refused_in_one_sentence(city: City, changes: dict[str, Any], code: str) -> None:
    error = refused(city.bureau, replace(ABOUT, **changes))
    assert error.code == code
    assert "没有确认" in error.sentence
    before = rows_of(city.bureau)
    with pytest.raises(KnownError) as caught:
        preview(city.bureau, replace(ABOUT, **changes))
    assert (caught.value.code, rows_of(city.bureau)) == (code, before)


def test_a_value_that_is_still_unknown_must_be_given(local: Workspace) -> None:
    said = Confirmation(LOCAL, "ha_students", "新文件", "王丽")
    assert refused(local, said).code == "no_value"
    new, _changes = confirm(local, replace(said, value="900"))
    assert new.indicators["ha_students"].threshold.every[0].text == "900"


def test_an_exemption_can_be_confirmed(tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "b", name="局（虚构）", district="411400") as made:
        with made.atomic():
            register.put_units(made, [UnitRecord(FIRST, "甲校（虚构）")])
        publish(made, RoundPlan(("cn_he_2004",), "2026", "2099-12-31"), tmp_path / "任务包.vdpkg")
        assert current(made, "cn_he_2004").indicators["he_equip_new_pct"].threshold.every[0].waives
        confirm(made, Confirmation("cn_he_2004", "he_equip_new_pct", "教发〔2004〕2号", "王丽"))


def test_a_document_whose_name_is_too_long_is_refused(city: City) -> None:
    assert refused(city.bureau, replace(ABOUT, document="文" * 2001)).code == "bad_value"


@pytest.mark.parametrize("date", ["昨天", "2026-02-30"])
def test_a_date_that_is_none_is_refused(city: City, date: str) -> None:
    refused(city.bureau, replace(ABOUT, date=date))


def test_a_page_that_is_no_file_is_refused(city: City, tmp_path: Path) -> None:
    program = tmp_path / "第3页.pdf"
    program.write_bytes(b"MZ\x90\x00 no picture")
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    for scan, code in ((tmp_path / "无.pdf", "no_file"), (program, "wrong_kind"), (empty, "not_a_file"),
                       (tmp_path, "not_a_file")):  # fmt: skip
        assert refused(city.bureau, replace(ABOUT, scan=scan)).code == code


def test_a_page_is_a_picture_or_a_pdf(city: City, tmp_path: Path) -> None:
    book = tmp_path / "页.zip"
    book.write_bytes(b"PK\x03\x04 no picture")
    refused(city.bureau, replace(ABOUT, scan=book))


def test_a_wrong_value_with_a_good_page_leaves_no_page_behind(city: City, tmp_path: Path) -> None:
    refused(city.bureau, replace(ABOUT, value="二十", scan=pdf(tmp_path)))


def test_only_a_bureau_confirms(city: City) -> None:
    for said in (ABOUT, replace(ABOUT, pack="")):
        assert refused(city.school(), said).code == "wrong_role"
        with pytest.raises(KnownError) as caught:
            preview(city.school(), said)
        assert caught.value.code == "wrong_role"


def test_before_a_round_there_is_nothing_to_confirm(tmp_path: Path) -> None:
    with set_up_bureau(tmp_path / "b", name="局", district="411400") as empty:
        assert refused(empty, ABOUT).code == "no_round"


def test_a_value_on_the_wrong_side_of_its_restriction_line_is_refused(local: Workspace) -> None:
    pack = current(local, LOCAL)
    found = [
        (name, at)
        for name, each in pack.indicators.items()
        for at, bar in enumerate(each.threshold.every)
        if bar.floor_text
    ]
    for name, at in found:
        cmp = pack.indicators[name].cmp
        value = "0" if cmp in (">", ">=") else "999999999"
        assert refused(local, Confirmation(LOCAL, name, "新文件", "王丽", value=value, bar=at)).code == "bad_value"


def test_a_confirmation_never_raises_anything_but_a_known_error(city: City) -> None:
    for text in ("1e9", "9" * 400, "(" * 200, '"', "a" * 3000, "\x00", "=1+1"):
        with pytest.raises((KnownError, PackError)):
            preview(city.bureau, replace(ABOUT, value=text))


@pytest.mark.parametrize("value", ["1/0", "20 / (3 - 3)"])
def test_a_value_that_makes_no_sense_is_refused(city: City, value: str) -> None:
    refused(city.bureau, replace(ABOUT, value=value))


@pytest.mark.parametrize(
    ("indicator", "value", "relation"),
    [("ha_bldg", "70000", "tighten"), ("ha_bldg", "24000", "same"), ("ha_bldg", "100", "relax"), ("ha_land", "1", "relax"),
     ("ha_bldg", "land_counted * 0.5", "replace")],
)  # fmt: skip
def test_what_an_addition_did_follows_the_confirmed_value(
    local: Workspace, indicator: str, value: str, relation: str
) -> None:
    new, _changes = confirm(local, Confirmation(LOCAL, indicator, "教职成〔2021〕468号", "王丽", value=value))
    origin = new.indicators[indicator].origin
    assert origin is not None
    assert origin.relation == relation
