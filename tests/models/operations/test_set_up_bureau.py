"""Setting a bureau up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vetdesk.models.operations.set_up_bureau import set_up_bureau
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store import journal
from vetdesk.models.store.workspace import open_workspace


@pytest.mark.parametrize("district", ["411422", "睢县", "睢　县", "商丘市睢县"])
def test_a_bureau_is_its_district(tmp_path: Path, own_home: Path, district: str) -> None:
    with set_up_bureau(tmp_path / "b", name=" 睢县教体局 ", district=district, officer="经办", phone="1") as made:
        assert (made.role, made.owner, made.meta("name"), made.meta("person")) == (
            "bureau",
            "411422",
            "睢县教体局",
            "经办",
        )
        kept = json.loads((own_home / "keys" / f"{made.id}.json").read_text(encoding="utf-8"))
        assert kept["root"]
        assert kept["root"] != kept["signing"]
        assert journal.broken_at(made) is None
    with open_workspace(tmp_path / "b", role="bureau") as again:
        assert again.owner == "411422"


@pytest.mark.parametrize(
    ("name", "district", "code"),
    [("局", "北京市", "district"), ("局", "", "district"), ("局", "999999", "district"), ("  ", "411400", "name")],
)
def test_wrong_answers_leave_nothing(tmp_path: Path, name: str, district: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        set_up_bureau(tmp_path / "b", name=name, district=district)
    assert caught.value.code == code
    assert not (tmp_path / "b").exists()


def test_a_folder_in_use_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_text("mein", encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        set_up_bureau(tmp_path / "b", name="局", district="411400")
    assert caught.value.code == "not_empty"
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["x"]
