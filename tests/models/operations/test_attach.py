"""Evidence: kept by content, refused when it is not what its name says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.factory import FIRST, City, pdf
from tests.models.operations.forge import rows_of
from vetdesk.models.operations.attach import (
    attach,
    attach_all,
    changed,
    clean_label,
    describe,
    detach,
    one_content,
    replace,
)
from vetdesk.models.operations.desk import desk
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import evidence, journal


def used(city: City) -> list[evidence.Evidence]:
    """The evidence of the first school."""
    return evidence.used(city.school(), desk(city.school()).round.id, FIRST)


def test_a_file_is_kept_under_its_hash_and_named_for_people(city: City, tmp_path: Path) -> None:
    path = pdf(tmp_path, "不动产权证.pdf")
    sha256, changes = attach(city.school(), path, indicator="db22_land")
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert changes.evidence
    kept = city.school().folder / "evidence" / sha256[:2] / sha256
    assert kept.read_bytes() == path.read_bytes()
    assert [(each.sha256, each.indicator, each.label, each.mime) for each in used(city)] == [
        (sha256, "db22_land", "不动产权证.pdf", "application/pdf")
    ]
    assert journal.of_field(city.school(), FIRST, f"evidence.{sha256}")[0]["action"] == "attach"


def test_the_same_content_is_kept_once_and_may_prove_two_indicators(city: City, tmp_path: Path) -> None:
    for indicator, name in (("db22_land", "a.pdf"), ("db22_bldg", "b.pdf"), ("db22_land", "c.pdf")):
        attach(city.school(), pdf(tmp_path, name), indicator=indicator)
    assert sorted((each.indicator, each.label) for each in used(city)) == [
        ("db22_bldg", "b.pdf"),
        ("db22_land", "c.pdf"),
    ]
    assert sum(path.is_file() for path in (city.school().folder / "evidence").rglob("*")) == 1


def test_detaching_keeps_the_content(city: City, tmp_path: Path) -> None:
    sha256, _changes = attach(city.school(), pdf(tmp_path), indicator="db22_land")
    assert detach(city.school(), used(city)[0]).evidence
    assert used(city) == []
    assert evidence.path_of(city.school(), sha256).is_file()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "not_a_file"),
        ("假.pdf", b"MZ\x90\x00", "wrong_kind"),
        ("病毒.exe", b"MZ\x90\x00", "wrong_kind"),
        ("照片.jpg", b"%PDF-1.4", "wrong_kind"),
        ("文字.txt", "文字".encode(), "wrong_kind"),
        ("脚本.pdf.bat", b"%PDF-1.4", "wrong_kind"),
        ("无", b"%PDF-1.4", "wrong_kind"),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_is_kept(
    city: City, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    before = rows_of(city.school())
    with pytest.raises(KnownError) as caught:
        attach(city.school(), path, indicator="db22_land")
    assert (caught.value.code, name in caught.value.sentence) == (code, True)
    assert rows_of(city.school()) == before
    assert not any(each.is_file() for each in (city.school().folder / "evidence").rglob("*"))


def test_a_missing_file_a_folder_and_an_unknown_indicator_are_refused(city: City, tmp_path: Path) -> None:
    for path, indicator, code in (
        (tmp_path / "无.pdf", "db22_land", "no_file"),
        (tmp_path, "db22_land", "not_a_file"),
        (pdf(tmp_path), "db22_nonsense", "unknown_indicator"),
    ):
        with pytest.raises(KnownError) as caught:
            attach(city.school(), path, indicator=indicator)
        assert caught.value.code == code


def test_only_a_school_attaches(city: City, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        attach(city.bureau, pdf(tmp_path), indicator="db22_land")
    assert caught.value.code == "wrong_role"


def test_labels_show_what_would_deceive(tmp_path: Path) -> None:
    assert clean_label("证\u202efdp.exe") == "证⟨U+202E⟩fdp.exe"
    assert clean_label("a\nb") == "a⟨U+000A⟩b"
    assert len(clean_label("长" * 500)) == 200


def test_several_files_are_one_act_or_none(city: City, tmp_path: Path) -> None:
    school = city.school()
    files = [pdf(tmp_path, f"{at}.pdf", content=str(at).encode()) for at in range(3)]
    with pytest.raises(KnownError, match=r"没有\.pdf"):
        attach_all(school, [*files, tmp_path / "没有.pdf"], indicator="db22_land")
    assert used(city) == []
    every, _changes = attach_all(school, files, indicator="db22_land")
    assert [each.sha256 for each in used(city)] == every
    acts = {row["act"] for row in journal.of_action(school, "attach")}
    assert len(acts) == 1


def test_newer_files_take_the_place_of_a_piece_wherever_it_proves_something(city: City, tmp_path: Path) -> None:
    school = city.school()
    old, _changes = attach(school, pdf(tmp_path, "旧证.pdf", content=b"old"), indicator="db22_land")
    attach(school, tmp_path / "旧证.pdf", indicator="db22_bldg")
    about = changed(used(city)[0].about, {"department": "总务处", "dated": "2020-01-01", "pages": 2})
    describe(school, used(city)[0], about)
    new = [pdf(tmp_path, "新证1.pdf", content=b"1"), pdf(tmp_path, "新证2.pdf", content=b"2")]
    before = rows_of(school)["evidence_use"]
    with pytest.raises(KnownError, match="读不到"):
        replace(school, one_content(school, old[:8]), [*new, tmp_path / "没有.pdf"])
    with pytest.raises(KnownError, match="没有选文件"):
        replace(school, one_content(school, old[:8]), [])
    assert rows_of(school)["evidence_use"] == before
    replace(school, one_content(school, old[:8]), new)
    assert sorted((each.indicator, each.label) for each in used(city)) == [
        ("db22_bldg", "新证1.pdf"), ("db22_bldg", "新证2.pdf"), ("db22_land", "新证1.pdf"), ("db22_land", "新证2.pdf"),
    ]  # fmt: skip
    kept = {each.indicator: (each.about.department, each.about.dated, each.about.pages) for each in used(city)}
    assert kept[used(city)[0].indicator][1:] == ("", 0)
    assert ("总务处", "", 0) in kept.values()
    assert evidence.path_of(school, old).is_file()
    acts = {row["act"] for row in journal.of_field(school, FIRST, f"evidence.{old}") if row["action"] == "detach"}
    assert len(acts) == 1
    with pytest.raises(KnownError, match="没有（或不止一件）"):
        one_content(school, old[:8])
