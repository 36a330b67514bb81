"""A standard made of a plain table of requirements: loaded, judged and scored like any other, or refused at its cell."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.models.operations.workbooks import workbook
from tests.models.packs.material import Plain
from vetdesk.models.operations.evaluate_table import evaluate, read_units
from vetdesk.models.operations.pack_workbook import from_excel, to_excel
from vetdesk.models.operations.table_to_pack import from_table
from vetdesk.models.packs.folder import FILE, read_folder
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import Pack
from vetdesk.models.packs.score import Score, score, total
from vetdesk.models.packs.source import load
from vetdesk.models.records.errors import KnownError
from vetdesk.ui.cli import main

Row = Sequence[object]

HEADS = ("id", "parent", "text", "type", "choices", "weight")
CHINESE = ("编号", "上级", "内容", "题型", "选项", "权重")
GROUP: Row = ("GV", "", "Govern", "", "", "")
ROWS: tuple[Row, ...] = (
    GROUP,
    ("GV.OC-01", "GV", "The mission is understood", "yesno", "", "4"),
    ("GV.OC-02", "GV", "Stakeholders are known", "yesno", "", "6"),
    ("1.2.3", "GV", "Maturity", "choice", "full;partial;none", "10"),
    ("ID", "", "Identify", "heading", "", ""),
    ("ID.AM", "ID", "Assets", "", "", ""),
    ("ID.AM-01", "ID.AM", "Computers in the list", "number", "", ""),
    ("ID.AM-02", "ID.AM", "Remarks", "text", "", ""),
)
TRANSLATED: tuple[Row, ...] = (
    ("一", "", "办学方向", "标题", "", ""),
    ("1.1", "一", "章程经过核准", "是非", "", "4"),
    ("1.2", "一", "章程已经公开", "符合性", "", "6"),
    ("1.3", "一", "校企合作", "单选", "深入|一般|没有", "10"),
    ("1.4", "一", "合作企业", "数值", "", ""),
    ("1.5", "一", "其他说明", "文字", "", ""),
)


def table(folder: Path, rows: Sequence[Row], *, heads: Row = HEADS, name: str = "表.csv") -> Path:
    """A table of requirements."""
    path = folder / name
    if path.suffix == ".xlsx":
        cells = [[None if cell == "" else cell for cell in row] for row in (heads, *rows)]
        return workbook(path, {"要求": cells, "说明": [["不读这一张"]]})
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([heads, *rows])
    return path


def made(folder: Path, rows: Sequence[Row], **more: Any) -> Pack:
    """The standard of a table."""
    from_table(table(folder, rows, **more), folder / "pack", pack="own", title="框架")
    return load(str(folder / "pack"))


def answered(folder: Path, pack: Pack, answers: Mapping[str, str]) -> Mapping[str, str]:
    """The verdicts of a unit that gives these answers."""
    path = folder / "答.json"
    path.write_text(json.dumps({"甲校": answers}), encoding="utf-8")
    return {each.indicator: each.verdict for each in evaluate(pack, path)}


def scored(folder: Path, pack: Pack, answers: Mapping[str, str]) -> Score | None:
    """The points of a unit that gives these answers."""
    path = folder / "答.json"
    path.write_text(json.dumps({"甲校": answers}), encoding="utf-8")
    return total(pack, judge(pack, data_of(pack, read_units(pack, path)["甲校"])))


BEST = {"q_gv_oc_01": "yes", "q_gv_oc_02": "yes", "q_1_2_3": "full", "q_id_am_01": "7"}


# what is made


@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
@pytest.mark.parametrize(("heads", "rows"), [(HEADS, ROWS), (CHINESE, TRANSLATED)], ids=["english", "chinese"])
def test_a_table_of_every_type_makes_a_standard(heads: Row, rows: Sequence[Row], name: str, tmp_path: Path) -> None:
    pack = made(tmp_path, rows, heads=heads, name=name)
    questions = [each for each in pack.indicators.values() if each.question]
    assert (len(questions), len(pack.indicators) - len(questions), len(pack.form())) == (2, 2, 5)
    assert [each.scoring.points if each.scoring else None for each in pack.indicators.values()] == [10, None, 4, 6]


def test_it_says_how_much_it_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, target = table(tmp_path, ROWS), tmp_path / "pack"
    assert (
        main(["pack", "from-table", str(path), str(target), "--id", "own", "--title", "框架", "--document", "某号"])
        == 0
    )
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"已生成：{target}（2 类，5 条要求）\n", "")
    pack = load(str(target))
    assert (pack.id, pack.text["zh"], pack.document) == ("own", "框架", "某号")


def test_requirements_keep_their_ids_and_texts_and_stand_under_their_headings(tmp_path: Path) -> None:
    pack = made(tmp_path, ROWS)
    question = pack.indicators["q_gv_oc_01"]
    assert question.text["zh"] == "GV.OC-01 The mission is understood"
    assert question.threshold.article == "GV.OC-01"
    assert pack.groups[question.group]["zh"] == "GV Govern"
    assert pack.groups[pack.indicators["i_id_am_01"].group]["zh"] == "ID.AM Assets"
    assert len(pack.groups) == 2


def test_a_requirement_without_a_heading_stands_under_the_title(tmp_path: Path) -> None:
    pack = made(tmp_path, [("A", "", "x", "yesno", "", "")])
    assert [each["zh"] for each in pack.groups.values()] == ["框架"]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("GV.OC-01", "1.2.3"), ["q_gv_oc_01", "q_1_2_3"]),
        (("A-1", "A.1", "a_1", "A 1"), ["q_a_1", "q_a_1_2", "q_a_1_3", "q_a_1_4"]),
        (("A", "a"), ["q_a", "q_a_2"]),
        (("一、", "（二）"), ["q_x", "q_x_2"]),
        (("x" * 60 + "1", "x" * 60 + "2"), ["q_" + "x" * 28, "q_" + "x" * 28 + "_2"]),
        (("a", "a-2", "A."), ["q_a", "q_a_2", "q_a_3"]),
    ],
)
def test_ids_of_others_become_ids_of_ours_each_once(ids: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    rows = [GROUP, *((each, "GV", "text", "yesno", "", "") for each in ids)]
    pack = made(tmp_path, rows)
    assert list(pack.indicators) == expected
    assert [each.threshold.article for each in pack.indicators.values()] == list(ids)


def test_numbers_in_a_workbook_are_ids_parents_and_weights_as_well(tmp_path: Path) -> None:
    rows: list[Row] = [(1, None, "类", None, None, None), (1.5, 1, "甲", "yesno", None, 2.5)]
    pack = made(tmp_path, rows, name="表.xlsx")
    [only] = pack.indicators.values()
    assert only.scoring is not None
    assert (only.threshold.article, only.scoring.points, pack.groups[only.group]["zh"]) == (
        "1.5",
        Fraction("2.5"),
        "1 类",
    )


@pytest.mark.parametrize("separator", [";", "；", "|", "\n", " ; "])
def test_choices_are_told_apart_in_many_ways(separator: str, tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "choice", separator.join(["好", "中", "差"]), "")])
    assert pack.fields["q_a"].choices == ("好", "中", "差")


def test_a_choice_may_hold_what_a_formula_cannot(tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "choice", 'say "yes";no\\never', "5")])
    assert pack.fields["q_a"].choices == ("say ”yes”", "no/never")
    assert answered(tmp_path, pack, {"q_a": "say ”yes”"}) == {"i_a": "met"}


def test_other_columns_and_empty_rows_change_nothing(tmp_path: Path) -> None:
    plain = made(tmp_path, ROWS)
    rows: list[Row] = []
    for each in ROWS:
        rows += [(*each, "somebody"), ("", "", "", "", "", "", "")]
    other = tmp_path / "other"
    other.mkdir()
    assert made(other, rows, heads=(*HEADS, "负责人")).plain == plain.plain


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    plain = made(tmp_path, ROWS)
    other = tmp_path / "other"
    other.mkdir()
    turned = [tuple(reversed(each)) for each in ROWS]
    assert made(other, turned, heads=tuple(reversed(HEADS))).plain == plain.plain


def test_a_table_of_three_hundred_rows_makes_three_hundred_requirements(tmp_path: Path) -> None:
    kinds = ("yesno", "choice", "number", "text")
    rows = [
        GROUP,
        *(
            (
                f"{at // 50}.{at}",
                "GV",
                "要求" * 20,
                kinds[at % 4],
                "a;b" if at % 4 == 1 else "",
                "" if at % 4 == 3 else "2",
            )
            for at in range(300)
        ),
    ]
    assert from_table(table(tmp_path, rows), tmp_path / "pack", pack="own", title="框架") == (1, 300)
    pack = load(str(tmp_path / "pack"))
    assert len(pack.indicators) == 225
    assert len(pack.form()) == 300


def test_a_standard_made_of_a_table_goes_through_excel(tmp_path: Path) -> None:
    made(tmp_path, ROWS)
    to_excel(str(tmp_path / "pack"), tmp_path / "a.xlsx")
    from_excel(tmp_path / "a.xlsx", tmp_path / "again")
    assert (tmp_path / "again" / FILE).read_bytes() == (tmp_path / "pack" / FILE).read_bytes()


def test_the_same_table_makes_the_same_standard(tmp_path: Path) -> None:
    made(tmp_path, ROWS)
    before = (tmp_path / "pack" / FILE).read_bytes()
    from_table(tmp_path / "表.csv", tmp_path / "pack", pack="own", title="框架")
    assert (tmp_path / "pack" / FILE).read_bytes() == before


# judging and scoring


def test_answers_are_judged(tmp_path: Path) -> None:
    pack = made(tmp_path, ROWS)
    found = answered(tmp_path, pack, {**BEST, "q_gv_oc_02": "no", "q_id_am_02": "nothing to say"})
    assert found == {
        "q_gv_oc_01": "met", "q_gv_oc_02": "unmet", "i_1_2_3": "met", "i_id_am_01": "unverified",
    }  # fmt: skip


def test_what_is_not_answered_is_incomplete(tmp_path: Path) -> None:
    pack = made(tmp_path, ROWS)
    found = answered(tmp_path, pack, {})
    assert found == dict.fromkeys(("i_1_2_3", "i_id_am_01", "q_gv_oc_01", "q_gv_oc_02"), "incomplete")


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 20),
        ({"q_gv_oc_01": "no"}, 16),
        ({"q_gv_oc_01": "partly"}, 18),
        ({"q_1_2_3": "partial"}, 15),
        ({"q_1_2_3": "none"}, 10),
        ({"q_gv_oc_01": "no", "q_gv_oc_02": "no", "q_1_2_3": "none"}, 0),
        ({"q_gv_oc_01": "partly", "q_gv_oc_02": "partly", "q_1_2_3": "partial"}, 10),
        ({"q_id_am_01": ""}, 20),
        ({"q_gv_oc_01": ""}, None),
    ],
)
def test_points_add_up_by_weights(changes: dict[str, str], points: int | None, tmp_path: Path) -> None:
    pack = made(tmp_path, ROWS)
    found = scored(tmp_path, pack, {**BEST, **changes})
    assert found is not None
    assert (found.points, found.of) == (None if points is None else Fraction(points), 20)


def test_what_does_not_apply_is_left_out_of_the_points(tmp_path: Path) -> None:
    pack = made(tmp_path, ROWS)
    found = scored(tmp_path, pack, {**BEST, "q_gv_oc_02": "不适用"})
    assert found == Score(Fraction(14), Fraction(14))


def test_a_table_without_weights_has_no_points(tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "yesno", "", "")])
    assert scored(tmp_path, pack, {"q_a": "yes"}) is None


def test_choices_count_evenly_from_the_first_down_to_the_last(tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "choice", "a;b;c;d;e", "8")])
    found = [scored(tmp_path, pack, {"q_a": each}) for each in "abcde"]
    assert [each.points for each in found if each] == [8, 6, 4, 2, 0]


def test_twenty_choices_are_told_apart(tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "choice", ";".join(f"c{at}" for at in range(20)), "19")])
    points = [found.points for at in range(20) if (found := scored(tmp_path, pack, {"q_a": f"c{at}"}))]
    assert points == list(range(19, -1, -1))


def test_fractions_of_weights_are_exact(tmp_path: Path) -> None:
    rows: list[Row] = [GROUP, ("A", "GV", "x", "choice", "a;b;c;d", "0.1"), ("B", "GV", "x", "yesno", "", "0.2")]
    pack = made(tmp_path, rows)
    assert scored(tmp_path, pack, {"q_a": "b", "q_b": "yes"}) == Score(Fraction(4, 15), Fraction("0.3"))


def test_a_weighted_number_has_no_points_until_it_has_a_required_value(tmp_path: Path) -> None:
    pack = made(tmp_path, [GROUP, ("A", "GV", "x", "number", "", "5")])
    assert scored(tmp_path, pack, {"q_a": "3"}) == Score(None, Fraction(5))
    source: Plain = read_folder(tmp_path / "pack")
    assert source["indicators"][0]["bars"] == [{"article": "A", "confidence": "UNSURE"}]


def test_the_points_of_all_indicators_are_the_points_of_the_standard(tmp_path: Path) -> None:
    rows = [GROUP, *((f"A{at}", "GV", "x", "yesno", "", str(at % 7 + 1)) for at in range(120))]
    pack = made(tmp_path, rows)
    answers = {f"q_a{at}": ("yes", "no", "partly")[at % 3] for at in range(120)}
    path = tmp_path / "答.json"
    path.write_text(json.dumps({"甲校": answers}), encoding="utf-8")
    judged = judge(pack, data_of(pack, read_units(pack, path)["甲校"]))
    each = [score(one, judged[name]) for name, one in pack.indicators.items()]
    worth = [Fraction(at % 7 + 1) * (1, 0, Fraction(1, 2))[at % 3] for at in range(120)]
    assert [one.points for one in each if one] == worth
    assert total(pack, judged) == Score(sum(worth, Fraction(0)), Fraction(sum(at % 7 + 1 for at in range(120))))


# what is wrong is told at its cell, and nothing is written


def refused(folder: Path, rows: Sequence[Row], **more: Any) -> str:
    path = table(folder, rows, **more)
    with pytest.raises(KnownError) as caught:
        from_table(path, folder / "pack", pack="own", title="框架")
    assert sorted(folder.iterdir()) == [path]
    said = caught.value.sentence
    assert said.startswith(f"“{path.name}”有 ")
    assert "处要改，没有写入。" in said
    return said


GOOD: Row = ("A", "GV", "x", "yesno", "", "1")


@pytest.mark.parametrize(
    ("wrong", "place", "says"),
    [
        (("A", "GV", "x", "yesno", "", ""), "第 4 行“id”（A4）", "编号“A”与第 3 行重复"),
        (("", "GV", "x", "yesno", "", ""), "第 4 行“id”（A4）", "没有编号，请填写"),
        (("B", "GV", "", "yesno", "", ""), "第 4 行“text”（C4）", "没有内容，请填写"),
        (("B", "XX", "x", "yesno", "", ""), "第 4 行“parent”（B4）", "没有编号为“XX”的上级"),
        (("B", "B", "x", "yesno", "", ""), "第 4 行“parent”（B4）", "上级绕成了圈"),
        (("B", "GV", "x", "multi", "", ""), "第 4 行“type”（D4）", "不认识题型“multi”，应写 yesno、choice、number、text"),
        (("B", "GV", "x", "yesno", "", "五分"), "第 4 行“weight”（F4）", "“五分”不是数字"),
        (("B", "GV", "x", "yesno", "", "-1"), "第 4 行“weight”（F4）", "“-1”不是数字"),
        (("B", "GV", "x", "yesno", "", "1e3"), "第 4 行“weight”（F4）", "“1e3”不是数字"),
        (("B", "GV", "x", "choice", "", ""), "第 4 行“choices”（E4）", "单选题要有 2 到 20 个不同的选项"),
        (("B", "GV", "x", "choice", "一个", ""), "第 4 行“choices”（E4）", "单选题要有 2 到 20 个不同的选项"),
        (("B", "GV", "x", "choice", "好;好", ""), "第 4 行“choices”（E4）", "单选题要有 2 到 20 个不同的选项"),
        (
            ("B", "GV", "x", "choice", ";".join(map(str, range(21))), ""), "第 4 行“choices”（E4）",
            "单选题要有 2 到 20 个不同的选项，用分号隔开，从好到差",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_a_wrong_row_is_refused_at_its_cell(wrong: Row, place: str, says: str, name: str, tmp_path: Path) -> None:
    said = refused(tmp_path, [GROUP, GOOD, wrong], name=name)
    sheet = "表" if name == "表.csv" else "要求"
    assert f"没有写入。工作表“{sheet}”{place}：{says}" in said


def test_parents_in_a_circle_are_refused_at_each_of_them(tmp_path: Path) -> None:
    said = refused(
        tmp_path, [("1", "2", "g", "", "", ""), ("2", "1", "h", "", "", ""), ("A", "", "x", "yesno", "", "")]
    )
    assert said == (
        "“表.csv”有 2 处要改，没有写入。"
        "工作表“表”第 2 行“parent”（B2）：上级绕成了圈；工作表“表”第 3 行“parent”（B3）：上级绕成了圈。"
    )


@pytest.mark.parametrize(
    ("heads", "missing"),
    [
        (("parent", "text", "type"), "缺少“id”这一列（也可以叫 编号、序号、ref、ref_id）"),
        (("id", "parent", "type"), "缺少“text”这一列（也可以叫 内容、要求、条文、description、requirement）"),
        (("编号", "上级", "内容"), "缺少“type”这一列（也可以叫 question type、题型、类型、question_type）"),
    ],
)
def test_a_missing_column_is_told_with_its_other_names(heads: Row, missing: str, tmp_path: Path) -> None:
    said = refused(tmp_path, [("a", "b", "c")], heads=heads)
    assert missing in said
    assert "第 1 行" in said


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    assert "第 1 行“id”（A1）：没有一行要求" in refused(tmp_path, [])


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "空.csv").write_bytes(b"")
    with pytest.raises(KnownError, match="缺少“id”这一列"):
        from_table(tmp_path / "空.csv", tmp_path / "pack", pack="own", title="框架")
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("rows", [[GROUP], [GROUP, ("A", "GV", "x", "text", "", "")]], ids=["headings", "texts"])
def test_a_table_of_which_nothing_can_be_judged_is_refused(rows: Sequence[Row], tmp_path: Path) -> None:
    assert "没有一项指标" in refused(tmp_path, rows)


def test_all_that_is_wrong_is_told_in_one_go(tmp_path: Path) -> None:
    rows = [GROUP, GOOD, *((f"B{at}", "XX", "", "multi", "", "x") for at in range(3))]
    said = refused(tmp_path, rows)
    assert "有 12 处要改" in said
    assert said.endswith("；另有 7 处。")


@pytest.mark.parametrize("pack", ["Own", "1own", "my-own", "", "a" * 41, "a/b", "标准"])
def test_a_bad_id_of_the_standard_is_refused(pack: str, tmp_path: Path) -> None:
    path = table(tmp_path, [GROUP, GOOD])
    with pytest.raises(KnownError, match="编号只能用小写字母、数字和下划线，以字母开头，最多 40 个"):
        from_table(path, tmp_path / "pack", pack=pack, title="框架")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_standard_needs_a_title(tmp_path: Path) -> None:
    path = table(tmp_path, [GROUP, GOOD])
    with pytest.raises(KnownError, match="没有写名称"):
        from_table(path, tmp_path / "pack", pack="own", title=" ")
    assert not (tmp_path / "pack").exists()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    path = table(tmp_path, [GROUP, GOOD])
    with pytest.raises(KnownError) as caught:
        from_table(path, tmp_path, pack="own", title="框架")
    assert caught.value.code == "not_empty"
    assert sorted(tmp_path.iterdir()) == [path]


def test_as_a_command_it_says_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, [GROUP, ("B", "XX", "x", "yesno", "", "")])
    status = main(["pack", "from-table", str(path), str(tmp_path / "pack"), "--id", "own", "--title", "框架"])
    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert said.err == "“表.csv”有 1 处要改，没有写入。工作表“表”第 3 行“parent”（B3）：没有编号为“XX”的上级。\n"


def test_a_row_without_an_id_is_the_only_thing_told(tmp_path: Path) -> None:
    assert "有 1 处要改" in refused(tmp_path, [GROUP, ("", "GV", "x", "yesno", "", "")])


def test_rows_without_an_id_do_not_repeat_one(tmp_path: Path) -> None:
    assert "重复" not in refused(tmp_path, [GROUP, *[("", "GV", "x", "yesno", "", "")] * 2])


def told(folder: Path, row: Row) -> str:
    """What a row is refused with; nothing where it is taken."""
    try:
        from_table(table(folder, [GROUP, row]), folder / "pack", pack="own", title="框架")
    except KnownError as error:
        return error.sentence
    return ""


def test_a_long_text_is_taken_or_refused_at_its_cell(tmp_path: Path) -> None:
    said = told(tmp_path, ("A", "GV", "字" * 2500, "yesno", "", ""))
    assert not said or "第 3 行“text”（C3）" in said


def test_long_choices_are_taken_or_refused_at_their_cell(tmp_path: Path) -> None:
    said = told(tmp_path, ("A", "GV", "x", "choice", ";".join(f"{at:02}" + "字" * 98 for at in range(20)), ""))
    assert not said or "第 3 行“choices”（E3）" in said


def test_a_choice_is_never_cut(tmp_path: Path) -> None:
    said = told(tmp_path, ("A", "GV", "x", "choice", f"{'好' * 101};差", ""))
    assert "第 3 行“choices”（E3）：选项太长（每个最多 100 个字符" in said


def test_a_weight_of_nothing_on_a_heading_is_nothing(tmp_path: Path) -> None:
    assert made(tmp_path, [("GV", "", "Govern", "", "", "0"), GOOD]).indicators.keys() == {"q_a"}


def test_an_id_that_became_a_date_is_refused(tmp_path: Path) -> None:
    rows: list[Row] = [GROUP, (dt.datetime(2026, 1, 2), "GV", "x", "yesno", None, None)]  # noqa: DTZ001
    assert "第 3 行“id”（A3）" in refused(tmp_path, rows, name="表.xlsx")


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    assert "“权重”" in refused(tmp_path, [(*GROUP, ""), (*GOOD, "9")], heads=(*HEADS, "权重"))


@pytest.mark.parametrize("row", [("B", "GV", "x", "text", "", "5"), ("B", "GV", "x", "", "", "5")])
def test_a_weight_that_cannot_count_is_told(row: Row, tmp_path: Path) -> None:
    assert "（F4）" in refused(tmp_path, [GROUP, GOOD, row])


def test_a_column_is_called_by_the_name_it_has_in_the_table(tmp_path: Path) -> None:
    said = refused(tmp_path, [TRANSLATED[0], ("1.1", "一", "甲", "是非", "", "五分")], heads=CHINESE)
    assert "“权重”（F3）" in said
