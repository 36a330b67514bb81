"""The sums of counties are the same however they came about: from the kept file, after a change, or worked out anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factory import FIRST, SECOND, SETUP, City, DemoCity
from vetdesk.models.operations import city_figures as sums
from vetdesk.models.operations import receive
from vetdesk.models.operations.assess import standing
from vetdesk.models.operations.city_figures import Figures, city_figures
from vetdesk.models.operations.decide import declared
from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.fill import explain, set_figures
from vetdesk.models.operations.publish_round import RoundPlan, publish
from vetdesk.models.operations.submit import submit
from vetdesk.models.operations.undo_import import undo_import
from vetdesk.models.packs.compare import carried
from vetdesk.models.store import derived, exchange, register
from vetdesk.models.store.register import UnitRecord
from vetdesk.models.store.workspace import DATABASE, Workspace, open_workspace


def by_hand(workspace: Workspace) -> Figures:
    """The same without any file: from every submission that counts now."""
    found = desk(workspace)
    held = exchange.current_submissions(workspace, found.round.id)
    former = register.known_fields(workspace, found.round.id)
    return sums.sums_of(
        found,
        {
            unit: carried(declared(held[unit.code]), found.every, former) if unit.code in held else {}
            for unit in register.asked(workspace, found.round)
        },
    )


@pytest.fixture
def read_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes every school that is read again."""
    read: list[str] = []
    real = sums._row

    def noted(book: object, found: object, unit: UnitRecord, *rest: object) -> object:
        read.append(unit.code)
        return real(book, found, unit, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sums, "_row", noted)
    return read


def sent_again(city: City, code: str = FIRST, **changes: str) -> None:
    """A school's figures change and are received."""
    set_figures(city.school(code), changes)
    for each in standing(city.school(code)).unexplained():
        explain(city.school(code), each.rule.id, "说明")
    target = city.folder / f"again-{code}.vdpkg"
    submit(city.school(code), target, with_errors="试")
    receive.receive(city.bureau, [target])


def test_only_what_changed_is_read_again(city: City, read_anew: list[str]) -> None:
    city.received()
    first = city_figures(city.bureau)
    assert sorted(read_anew) == [FIRST, SECOND]
    assert first == by_hand(city.bureau)
    read_anew.clear()
    assert city_figures(city.bureau) == first
    sent_again(city, books_print="70000")
    second = city_figures(city.bureau)
    assert second == by_hand(city.bureau) != first
    assert read_anew == [FIRST]
    city.close()
    read_anew.clear()
    with open_workspace(city.folder / "bureau") as again:
        assert city_figures(again) == second
        assert read_anew == [], "all of it lies in the file"


def _closed(workspace: Workspace) -> None:
    unit = register.unit(workspace, FIRST)
    assert unit is not None
    with workspace.atomic():
        register.put_units(workspace, [UnitRecord(**{**_plain(unit), "closed": "2026-01-01"})])


def _moved(workspace: Workspace) -> None:
    unit = register.unit(workspace, FIRST)
    assert unit is not None
    with workspace.atomic():
        register.put_units(workspace, [UnitRecord(**{**_plain(unit), "district": "411403"})])


def _founded_later(workspace: Workspace) -> None:
    """The standard does not apply to schools founded since 2022."""
    unit = register.unit(workspace, FIRST)
    assert unit is not None
    with workspace.atomic():
        register.put_units(workspace, [UnitRecord(**{**_plain(unit), "founded_year": "2023"})])


def _another(workspace: Workspace) -> None:
    with workspace.atomic():
        register.put_units(workspace, [UnitRecord("3641990031", "丙校（虚构）", "school", "411481", "365")])


def _taken_back(workspace: Workspace) -> None:
    undo_import(workspace)


def _plain(unit: UnitRecord) -> dict[str, str]:
    from dataclasses import asdict

    return asdict(unit)


@pytest.mark.parametrize("change", [_closed, _moved, _founded_later, _another, _taken_back])
@pytest.mark.parametrize("reopened", [False, True])
def test_whatever_changes_the_sums_follow(
    city: City, read_anew: list[str], change: Callable[[Workspace], None], reopened: bool
) -> None:
    """By the register, or by taking an import back: the database itself notes it, so that no way of writing is forgotten."""
    city.received(SECOND)
    city.received(FIRST)
    before = city_figures(city.bureau)
    read_anew.clear()
    change(city.bureau)
    if reopened:
        city.close()
    assert city_figures(city.bureau) == by_hand(city.bureau) != before
    assert len(read_anew) <= 1, "the others stay"


def test_an_older_copy_of_the_database_beside_a_newer_file(city: City, tmp_path: Path) -> None:
    """A copy that was put back may have gone another way to the same place: its mark tells."""
    city.received()
    city.close()
    shutil.copy(city.folder / "bureau" / DATABASE, tmp_path / "copy")
    city.received(SECOND)
    later = city_figures(city.bureau)
    city.close()
    shutil.copy(tmp_path / "copy", city.folder / "bureau" / DATABASE)
    with city.bureau.atomic():
        for _each in range(20):  # past the place of the file
            register.put_units(
                city.bureau, [UnitRecord("3641990031", f"丙校{_each}（虚构）", "school", "411481", "365")]
            )
    assert city_figures(city.bureau) == by_hand(city.bureau) != later


def _garbled(path: Path) -> None:
    path.write_bytes(b"no database" * 100)


def _row_changed(path: Path) -> None:
    _ask(path, "UPDATE sums SET sums = (SELECT sums FROM sums ORDER BY unit DESC LIMIT 1)")


def _row_lost(path: Path) -> None:
    _ask(path, f"DELETE FROM sums WHERE unit = '{FIRST}'")


def _cut(path: Path) -> None:
    _ask(path, "UPDATE sums SET sums = substr(sums, 1, 40)")


def _no_head(path: Path) -> None:
    _ask(path, "UPDATE sums_head SET head = x'7b7d'")


def _ask(path: Path, sql: str) -> None:
    from contextlib import closing

    from vetdesk.models.store import driver

    with closing(driver.connect(path)) as opened:
        opened.execute(sql)


def _other_county(path: Path) -> None:
    _ask(path, "UPDATE sums_head SET head = CAST(replace(CAST(head AS BLOB), '411402', '411403') AS BLOB)")


def _head_digit(path: Path) -> None:
    from contextlib import closing

    from vetdesk.models.store import driver

    with closing(driver.connect(path)) as opened:
        [head] = [bytes(row[0]) for row in opened.execute("SELECT head FROM sums_head").fetchall()]
        opened.execute("UPDATE sums_head SET head = ?", (head.replace(b"411402", b"411403"),))


def _of_another_version(path: Path) -> None:
    said = b'{"standards":"x","place":1}'
    _ask(path, f"UPDATE sums_head SET head = x'{(sums._digest(said) + said).hex()}'")


def _whose_changed(path: Path) -> None:
    _ask(path, f"UPDATE sums SET unit = '3641990009' WHERE unit = '{FIRST}'")


def _whose_lost(path: Path) -> None:
    _ask(path, f"UPDATE sums SET unit = NULL WHERE unit = '{FIRST}'")


def _swapped(path: Path) -> None:
    _ask(path, f"UPDATE sums SET unit = 'x' WHERE unit = '{FIRST}'")
    _ask(path, f"UPDATE sums SET unit = '{FIRST}' WHERE unit = '{SECOND}'")
    _ask(path, f"UPDATE sums SET unit = '{SECOND}' WHERE unit = 'x'")


def _no_bytes(path: Path) -> None:
    _ask(path, "UPDATE sums SET sums = 7")


def _nothing_beside(path: Path) -> None:
    _ask(path, "UPDATE sums SET beside = NULL, pack = 5")


DAMAGES = [
    _garbled, _row_changed, _row_lost, _cut, _no_head, _other_county, _head_digit, _of_another_version, _whose_changed,
    _whose_lost, _swapped, _no_bytes, _nothing_beside,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_not_whole_is_made_again(city: City, damage: Callable[[Path], None]) -> None:
    city.received()
    before = city_figures(city.bureau)
    city.close()
    damage(city.folder / "bureau" / "derived" / "board.sqlite")
    assert city_figures(city.bureau) == before
    sent_again(city, books_print="70000")
    damage(city.folder / "bureau" / "derived" / "board.sqlite")
    assert city_figures(city.bureau) == by_hand(city.bureau) != before


def test_without_a_place_for_the_file(city: City) -> None:
    city.received()
    shutil.rmtree(city.folder / "bureau" / "derived", ignore_errors=True)
    (city.folder / "bureau" / "derived").write_text("in the way")
    assert city_figures(city.bureau) == by_hand(city.bureau)
    sent_again(city, books_print="70000")
    assert city_figures(city.bureau) == by_hand(city.bureau)


def test_many_changes_at_once_are_read_in_one_go(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.received()
    city_figures(city.bureau)
    monkeypatch.setattr(sums, "_MANY", 1)
    with city.bureau.atomic():
        register.put_units(
            city.bureau,
            [UnitRecord(f"36419900{at}", f"{at}校（虚构）", "school", "411481", "365") for at in range(40, 44)],
        )
    assert city_figures(city.bureau) == by_hand(city.bureau)


def test_another_round_has_sums_of_its_own(city: City, tmp_path: Path) -> None:
    city.received()
    first = city_figures(city.bureau)
    publish(city.bureau, RoundPlan((SETUP,), "2027", "2099-12-31", peers=False), tmp_path / "x.vdpkg")
    assert city_figures(city.bureau) == by_hand(city.bureau) != first


def test_the_whole_demo_city(demo: DemoCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VETDESK_HOME", str(demo.home))
    with open_workspace(demo.folder / "bureau") as bureau:
        derived.drop(bureau)
        anew = city_figures(bureau)
        bureau.built.clear()
        assert city_figures(bureau) == anew == by_hand(bureau)


def test_any_bit_of_the_file_may_be_wrong(city: City) -> None:
    """Whatever a disk does to it: the figures are those of the database, or they are made again."""
    city.received()
    before = city_figures(city.bureau)
    path = city.folder / "bureau" / "derived" / "board.sqlite"
    whole = path.read_bytes()
    chance = random.Random(1)
    for _each in range(60):
        city.bureau.built.clear()
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(damaged))
        assert city_figures(city.bureau) == before


def test_what_is_interrupted_is_not_found_half_done(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.received()
    city.received(SECOND)
    city_figures(city.bureau)
    sent_again(city, books_print="70000")

    def broken(*_each: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(sums, "_row", broken)
        with pytest.raises(MemoryError):
            city_figures(city.bureau)
    assert city_figures(city.bureau) == by_hand(city.bureau)


def test_a_mere_checklist_decides(city: City, tmp_path: Path) -> None:
    """It has nothing that can be added up."""
    from vetdesk.models.packs.folder import write_folder
    from vetdesk.models.packs.schema import tidy

    source = {
        "id": "liste", "version": "1", "zh": "清单", "en": "List", "issuer": {"zh": "局", "en": "bureau"}, "document": "无",
        "groups": [{"id": "all", "zh": "全部", "en": "all"}],
        "items": [{"id": "li_1", "group": "all", "zh": "有章程", "en": "Has a charter", "article": "一", "confidence": "FOUND"}],
    }  # fmt: skip
    write_folder(tidy(source), tmp_path / "liste")
    plan = RoundPlan(
        ("cn_db_2022_zz",), "2027", "2099-12-31", deciding=((SECOND, str(tmp_path / "liste")),), peers=False
    )
    publish(city.bureau, plan, tmp_path / "x.vdpkg")
    first = city_figures(city.bureau)
    city.bureau.built.clear()
    assert city_figures(city.bureau) == first == by_hand(city.bureau)
    assert dict(first)["411403"] == ()
