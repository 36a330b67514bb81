"""Which figures say of which kind a school is: they only decide what is asked, and no indicator counts them."""

from __future__ import annotations

import pytest

from vetdesk.models.packs import source
from vetdesk.models.packs.pack import Pack

SHIPPED = {
    "cn_db_2022_zz": {"pack_class", "enrol_right"}, "cn_db_2022_jg": {"pack_class"}, "cn_zz_2010": set[str](),
    "cn_he_2004": {"he_type"}, "cn_vb_2021": {"pack_class", "he_type"}, "ha_zz_2021_468": set[str](),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_the_shipped_standards_ask_about_a_school(name: str) -> None:
    pack: Pack = source.load(name)
    assert pack.class_facts == SHIPPED[name]
    for indicator in pack.indicators.values():
        assert not [fact for fact in pack.class_facts if fact in indicator.formula.split()], indicator.id
