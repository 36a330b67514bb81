"""How schools change: previewed, in one act, kept with day and document, taken back, carried to the schools."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, City, pdf
from tests.models.operations.forge import rows_of
from vetdesk.models.operations import last_round, lineage, predecessors, receive
from vetdesk.models.operations.attach import attach
from vetdesk.models.operations.export_tables import export_tables
from vetdesk.models.operations.fill import set_figures, set_state
from vetdesk.models.operations.lineage import Kind, RegisterChange, Target
from vetdesk.models.operations.open_campaign import open_campaign, read_campaign
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.read_register import RegisterOffer, take
from vetdesk.models.operations.school_file import school_file
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.facts import State
from vetdesk.models.store import evidence, figures, register
from vetdesk.models.store.workspace import Workspace, create

NEW, THIRD = "3641990099", "3641990098"
DAY = "2026-08-31"


def merger(*, kind: Kind = Kind.MERGE, name: str = "丙校（虚构）", code: str = NEW, day: str = DAY) -> RegisterChange:
    """Both schools become one."""
    return RegisterChange(kind, (FIRST, SECOND), (Target(code, name),), day, "商教〔2026〕9号")


def names(workspace: Workspace) -> dict[str, str]:
    """The schools that go on."""
    return {each.code: each.name for each in register.units(workspace)}


def test_a_merger_ends_the_schools_before_and_keeps_what_they_sent(city: City) -> None:
    city.received()
    lines = lineage.preview(city.bureau, merger())
    assert [line for line in lines if "留档" in line] == ["甲校（虚构） 这次已经上报：留档，从现在起不再计入"]
    assert any("新增 丙校（虚构）" in each for each in lines)
    assert sum("不再列入" in each for each in lines) == 2
    before = names(city.bureau)
    assert before.keys() >= {FIRST, SECOND}
    lineage.record(city.bureau, merger())
    after = names(city.bureau)
    assert after == {
        **{code: name for code, name in before.items() if code not in (FIRST, SECOND)},
        NEW: "丙校（虚构）",
    }
    found = school_file(city.bureau, FIRST)
    assert len(found.versions) == 1
    assert found.lineage == school_file(city.bureau, NEW).lineage
    assert "2026-08-31 合并：" in found.lineage[0]
    assert "商教〔2026〕9号" in found.lineage[0]
    old = register.unit(city.bureau, FIRST)
    assert old is not None
    assert old.closed == DAY
    [offer] = receive.receive(city.bureau, [city.submission(SECOND)]).offers
    assert "2026-08-31 起已终止或并入别校：收下留档，不计入应报" in offer.sentence
    take(city.bureau, RegisterOffer((register.UnitRecord(FIRST, "甲校（虚构）"),), ()))
    assert FIRST not in names(city.bureau), "a list that still has it does not open it again"


def test_it_is_taken_back_whole(city: City) -> None:
    before = register.every_unit(city.bureau)
    lineage.record(city.bureau, merger())
    [each] = register.lineages(city.bureau)
    lineage.take_back(city.bureau, each.id[:8])
    assert register.every_unit(city.bureau) == before
    assert lineage.of_unit(city.bureau, FIRST) == []
    with pytest.raises(KnownError, match="没有（或不止一条）"):
        lineage.take_back(city.bureau, each.id)
    with pytest.raises(KnownError, match="没有（或不止一条）"):
        lineage.take_back(city.bureau, "")


def test_it_is_not_taken_back_after_a_later_change_or_a_file_of_the_new_school(city: City, tmp_path: Path) -> None:
    lineage.record(city.bureau, merger())
    first = register.lineages(city.bureau)[0].id
    lineage.record(city.bureau, RegisterChange(Kind.RENAME, (NEW,), (Target(NEW, "丁校（虚构）"),), "2026-09-01"))
    with pytest.raises(KnownError, match="后来又有变更"):
        lineage.take_back(city.bureau, first)
    lineage.take_back(city.bureau, register.lineages(city.bureau)[0].id)
    task = tmp_path / "下一年.vdpkg"
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), task)
    with open_campaign(tmp_path / "new", read_campaign(task), unit=NEW) as school:
        from vetdesk.models.operations.submit import submit

        set_figures(school, {"students_ft": "1200"})
        posted, _changes = submit(school, tmp_path / "上报.vdpkg", with_errors="试")
    assert receive.receive(city.bureau, [posted.path]).taken == 1
    with pytest.raises(KnownError, match="已经交来过文件"):
        lineage.take_back(city.bureau, first)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (merger(day="2026-8-31"), "不是日期"),
        (merger(day="2999-08-31"), "还没有到"),
        (merger(code="12"), "10 位数字"),
        (merger(name=""), "没有名称"),
        (RegisterChange(Kind.MERGE, (FIRST,), (Target(NEW, "丙"),), DAY), "合并要有"),
        (RegisterChange(Kind.MERGE, (FIRST, "3641999999"), (Target(NEW, "丙"),), DAY), "还在办"),
        (RegisterChange(Kind.SPLIT, (FIRST,), (Target(NEW, "丙"),), DAY), "拆分要有"),
        (RegisterChange(Kind.SPLIT, (FIRST,), (Target(NEW, "丙"), Target(NEW, "丁")), DAY), "拆分要有"),
        (RegisterChange(Kind.RENAME, (FIRST,), (Target(FIRST, "甲校（虚构）"),), DAY), "更名要有"),
        (RegisterChange(Kind.RENAME, (FIRST,), (Target(NEW, "丙"),), DAY), "更名要有"),
        (RegisterChange(Kind.MOVE, (FIRST,), (Target(FIRST, "", "火星"),), DAY), "没有“火星”"),
        (RegisterChange(Kind.RECODE, (FIRST,), (Target(FIRST),), DAY), "换标识码要有"),
        (RegisterChange(Kind.RECODE, (FIRST,), (Target(SECOND),), DAY), "已经在名录里"),
        (RegisterChange(Kind.CLOSE, (FIRST,), (Target(NEW, "丙"),), DAY), "终止办学只写"),
        (RegisterChange(Kind.CLOSE, (), (), DAY), "终止办学只写"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(city: City, change: RegisterChange, said: str) -> None:
    before = rows_of(city.bureau)
    for act in (lineage.preview, lineage.record):
        with pytest.raises(KnownError, match=said):
            act(city.bureau, change)
    assert rows_of(city.bureau) == before


def test_a_school_does_not_change_the_register(city: City) -> None:
    with pytest.raises(KnownError):
        lineage.record(city.school(), merger())


def test_renamed_moved_recoded_split_and_closed(city: City) -> None:
    bureau = city.bureau
    lineage.record(bureau, RegisterChange(Kind.RENAME, (FIRST,), (Target(FIRST, "新甲校（虚构）"),), DAY))
    take(bureau, RegisterOffer((register.UnitRecord(FIRST, "甲校（虚构）", district="411402"),), ()))
    assert names(bureau)[FIRST] == "新甲校（虚构）", "an old list does not bring its former name back"
    lineage.record(bureau, RegisterChange(Kind.MOVE, (FIRST,), (Target(FIRST, "", "睢县"),), DAY))
    moved = register.unit(bureau, FIRST)
    assert moved is not None
    assert (moved.name, moved.district, moved.closed) == ("新甲校（虚构）", "411422", "")
    lineage.record(bureau, RegisterChange(Kind.RECODE, (FIRST,), (Target(NEW),), DAY))
    recoded = register.unit(bureau, NEW)
    assert recoded is not None
    assert (recoded.name, recoded.district) == (moved.name, moved.district)
    assert '"whole":true' in recoded.predecessors
    parts = (Target(NEW), Target(THIRD, "分校（虚构）"))
    lineage.record(bureau, RegisterChange(Kind.SPLIT, (NEW,), parts, DAY))
    split = register.unit(bureau, THIRD)
    assert split is not None
    assert '"whole":false' in split.predecessors
    assert NEW in names(bureau), "it goes on beside what was split off"
    lineage.record(bureau, RegisterChange(Kind.CLOSE, (THIRD,), (), DAY))
    assert THIRD not in names(bureau)
    assert [line.split("：")[0].split(" ")[1] for line in lineage.of_unit(bureau, THIRD)] == [
        "终止办学", "拆分", "换标识码", "划到别的县（市、区）", "更名",
    ]  # fmt: skip
    assert "甲校（虚构） → 新甲校（虚构）" in lineage.of_unit(bureau, THIRD)[-1]


@pytest.fixture
def merged(city: City, tmp_path: Path) -> tuple[Workspace, Path, Path]:
    """The school two were merged into, opened from next year's task, and the folders of both."""
    set_figures(city.school(), {"students_ft": "1500", "land_owned": "60亩", "books_print": "100"})
    set_figures(city.school(SECOND), {"students_ft": "800", "land_owned": "1000.5"})
    set_state(city.school(SECOND), "books_print", State.UNKNOWN, "没有台账")
    attach(city.school(SECOND), pdf(tmp_path, "证.pdf"), indicator="db22_land")
    lineage.record(city.bureau, merger())
    task = tmp_path / "下一年.vdpkg"
    publish(city.bureau, RoundPlan(("cn_db_2022_zz",), "2027", "2099-12-31"), task)
    folders = (city.school().folder, city.school(SECOND).folder)
    city.close()
    school = open_campaign(tmp_path / "丙校", read_campaign(task), unit=NEW, filler="王丽")
    return school, *folders


def test_a_merged_school_is_offered_sums_and_takes_them_itself(merged: tuple[Workspace, Path, Path]) -> None:
    school, first, second = merged
    with school:
        partly = predecessors.look(school, [first])
        assert (partly.missing, {each.total for each in partly.figures}) == (("乙校（虚构）",), {None})
        found = predecessors.look(school, [second, first])
        rows = {each.fact: each for each in found.figures}
        assert rows["students_ft"].parts == ("1,500", "800")
        assert rows["students_ft"].total is not None
        assert rows["students_ft"].total.text == "2300"
        assert rows["land_owned"].total is not None
        assert rows["land_owned"].total.value("㎡") == 60 * 2000 / 3 + 1000.5
        assert rows["books_print"].total is None, "unknown is never zero"
        assert figures.read(school, register.newest_round(school), NEW, year=figures.LAST) == {}
        predecessors.take(school, found, only=frozenset({"students_ft", "books_print"}))
        last = figures.read(school, register.newest_round(school), NEW, year=figures.LAST)
        assert {name: each.text for name, each in last.items()} == {"students_ft": "2300"}
        taken, _changes = last_round.take_over_round(school, second)
        assert taken.taken == ("证.pdf",)
        assert [each.label for each in evidence.used(school, register.newest_round(school), NEW)] == ["证.pdf"]


def test_the_tables_for_others_hold_what_happened_to_schools(city: City, tmp_path: Path) -> None:
    assert city.campaign.is_file()
    lineage.record(city.bureau, merger())
    export_tables(city.bureau, tmp_path / "tables")
    with (tmp_path / "tables" / "lineage.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["unit"], row["part"], row["name"], row["day"]) for row in csv.DictReader(stream)]
    assert rows == [
        (FIRST, "before", "甲校（虚构）", DAY), (SECOND, "before", "乙校（虚构）", DAY), (NEW, "after", "丙校（虚构）", DAY)
    ]  # fmt: skip


def test_only_predecessors_are_summed(merged: tuple[Workspace, Path, Path], city: City, tmp_path: Path) -> None:
    school, first, _second = merged
    with school:
        create(tmp_path / "other", role="school", owner="3641990077", name="别的学校（虚构）").close()
        with pytest.raises(KnownError, match="别的学校（虚构） 的，不是本校的前身"):
            predecessors.look(school, [first, tmp_path / "other"])
        with pytest.raises(KnownError):
            predecessors.look(school, [tmp_path / "nothing"])
    with city.school() as plain, pytest.raises(KnownError, match="没有前身"):
        predecessors.look(plain, [first])


def test_acts_are_told_as_they_were_then(city: City) -> None:
    """Names of then, a new code with it, a move with both counties; what was taken back tells no names it did not leave."""
    bureau = city.bureau
    day = "2026-01-01"
    for kind, targets in (
        (Kind.RENAME, (Target(FIRST, "甲校新名"),)), (Kind.MOVE, (Target(FIRST, "", "永城市"),)),
        (Kind.RENAME, (Target(FIRST, "甲校又一名"),)), (Kind.RECODE, (Target("3641990088"),)),
    ):  # fmt: skip
        lineage.record(bureau, RegisterChange(kind, (FIRST,), targets, day))
    lineage.record(bureau, RegisterChange(Kind.RENAME, (SECOND,), (Target(SECOND, "乙校新名"),), day))
    lineage.take_back(bureau, register.lineages(bureau)[0].id)
    told = [lineage.line(bureau, each).removeprefix(f"{day} ") for each in reversed(register.lineages(bureau))]
    assert told == [
        "更名：甲校（虚构） → 甲校新名",
        f"{Kind.MOVE.word}：甲校新名（梁园区） → 甲校新名（永城市）",
        "更名：甲校新名 → 甲校又一名",
        f"{Kind.RECODE.word}：甲校又一名 {FIRST} → 甲校又一名 3641990088",
        "更名：乙校（虚构）（已撤销）",
    ]
