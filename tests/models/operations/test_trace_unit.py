"""How a verdict comes about for one unit of a table: the sum with its own numbers, and the clause it goes by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.factory import NINE, SETUP, school_facts
from tests.models.operations.workbooks import workbook
from tests.models.packs.material import QUESTIONS
from vetdesk.models.operations.evaluate_table import evaluate
from vetdesk.models.operations.trace_unit import trace
from vetdesk.models.packs.source import load
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import speech
from vetdesk.ui.cli import main

SUM = "24,000 ㎡ ÷ 1,310 人 = 18.32 ㎡/生"


def answers(folder: Path, **units: Mapping[str, str]) -> Path:
    """A file of units and what they say."""
    path = folder / "学校.json"
    path.write_text(json.dumps(units, ensure_ascii=False), encoding="utf-8")
    return path


def small(folder: Path) -> Path:
    """A school of 24,000 ㎡ and 1,310 students, and a larger one behind it."""
    return answers(
        folder,
        小校=school_facts(bldg_owned="24000", students_ft="1310"),
        大校=school_facts(bldg_owned="60000", students_ft="2000"),
    )


def steps(path: Path, indicator: str = "zz10_bldg_ps", *, unit: str = "", pack: str = SETUP) -> dict[str, str]:
    return {each.name: each.text for each in trace(load(pack), indicator, path, unit=unit)}


def test_the_sum_is_shown_with_the_numbers_of_the_school_and_its_clause(tmp_path: Path) -> None:
    found = steps(small(tmp_path))
    assert found["代入"] == SUM
    assert found["公式"] == "达标校舍建筑面积 ÷ 全日制学历教育在校生"
    assert "第八条" in found["依据"]
    assert "教职成〔2010〕12号" in found["依据"]
    assert found["结论"].startswith("18.32 < 20")


def test_steps_come_in_the_order_of_thought(tmp_path: Path) -> None:
    names = list(steps(small(tmp_path)))
    places = [names.index(each) for each in ("公式", "代入", "依据", "结论")]
    assert places == sorted(places)


def test_the_first_unit_is_taken_where_none_is_named(tmp_path: Path) -> None:
    path = small(tmp_path)
    assert steps(path) == steps(path, unit="小校")
    assert steps(path, unit="大校")["代入"] == "60,000 ㎡ ÷ 2,000 人 = 30 ㎡/生"


def test_a_workbook_tells_the_same(tmp_path: Path) -> None:
    facts = school_facts(bldg_owned="24000", students_ft="1310")
    path = workbook(tmp_path / "学校.xlsx", {"表": [["单位", *facts], ["小校", *map(float, facts.values())]]})
    assert steps(path) == steps(small(tmp_path))


def test_a_missing_figure_is_named(tmp_path: Path) -> None:
    path = answers(tmp_path, 甲校=school_facts(students_ft=""))
    assert "全日制学历教育在校生（未填）" in steps(path)["代入"]
    assert "数据不全" in steps(path)["结论"]


def test_a_question_shows_the_answer(tmp_path: Path) -> None:
    path = answers(tmp_path, 甲校={QUESTIONS[0]: "基本符合"})
    found = steps(path, QUESTIONS[0])
    assert found["学校回答"] == "基本符合"
    assert "第三条" in found["依据"]


def test_the_verdict_is_the_one_of_the_evaluation(tmp_path: Path) -> None:
    path = small(tmp_path)
    words = {
        "met": "达标",
        "unmet": "未达标",
        "incomplete": "数据不全",
        "unverified": "待核",
        "incomputable": "无法计算",
    }
    for each in evaluate(load(SETUP), path):
        assert words[each.verdict] in steps(path, each.indicator, unit=each.unit)["结论"], each


@pytest.mark.parametrize("pack", [NINE, SETUP])
def test_every_indicator_can_be_traced(pack: str, tmp_path: Path) -> None:
    path = small(tmp_path)
    for name in load(pack).indicators:
        found = trace(load(pack), name, path)
        assert all(each.name and each.text for each in found)


# what is refused


def test_an_unknown_indicator_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        steps(small(tmp_path), "zz10_nosuch")
    assert caught.value.sentence.startswith("标准“cn_zz_2010”里没有指标“zz10_nosuch”。")
    assert caught.value.code == "no_indicator"


def test_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        steps(small(tmp_path), unit="丙校")
    assert caught.value.sentence == "“学校.json”里没有单位“丙校”。"
    assert caught.value.code == "no_unit"


@pytest.mark.parametrize("name", ["没有", "x" * 500])
def test_a_long_unknown_name_is_cut(name: str, tmp_path: Path) -> None:
    path = small(tmp_path)
    for call in ({"indicator": name}, {"unit": name}):
        with pytest.raises(KnownError) as caught:
            steps(path, **call)
        assert f"“{name[:40]}”" in caught.value.sentence


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "学校.json").write_text("[]", encoding="utf-8")
    with pytest.raises(KnownError, match="形式的 JSON"):
        steps(tmp_path / "学校.json")
    with pytest.raises(KnownError, match="读不到文件"):
        steps(tmp_path / "没有.json")


def test_a_file_without_a_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        steps(answers(tmp_path))
    assert caught.value.code == "no_unit"


def test_a_file_without_a_unit_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        steps(answers(tmp_path))
    assert "“”" not in caught.value.sentence


# as a command


def test_the_command_prints_a_line_a_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "trace", SETUP, "zz10_bldg_ps", str(small(tmp_path)), "--unit", "小校"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert f"代入：{SUM}" in said.out.splitlines()
    assert len(said.out.splitlines()) == len(trace(load(SETUP), "zz10_bldg_ps", small(tmp_path)))


@pytest.mark.parametrize(("indicator", "unit"), [("zz10_nosuch", "小校"), ("zz10_bldg_ps", "丙校")])
def test_the_command_refuses_in_one_line(
    indicator: str, unit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", "trace", SETUP, indicator, str(small(tmp_path)), "--unit", unit]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "Traceback" not in said.err


def test_it_speaks_english_as_well(tmp_path: Path) -> None:
    speech.choose("en")
    assert any("18.32" in each.text for each in trace(load(SETUP), "zz10_bldg_ps", small(tmp_path)))
