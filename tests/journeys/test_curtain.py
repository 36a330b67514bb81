"""Nothing of how files are kept safe stands on a school's pages (WORDS, “Behind the curtain”)."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QListWidget, QWidget

from tests.factory import City
from tests.journeys.person import Person
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.words import speech

INNER = {
    "zh": (
        "密钥", "公钥", "私钥", "证书", "数字签名", "指纹", "哈希", "散列", "快照", "信任", "吊销", "轮换", "序列号", "分叉",
        "三方合并", "隔离", "还原点", "审计链", "加密", "托管", "分卷", "增量", "谱系", "清单文件", "种子", "vdpkg 包", "UUID",
    ),
    "en": (
        "private key", "public key", "signing certificate", "fingerprint", "hash", "manifest", "snapshot", "trust list", "revok",
        "rotation", "lineage", "fork", "replica", "three-way", "quarantine", "restore point", "audit chain", "escrow", "uuid",
    ),
}  # fmt: skip


def texts_of(widget: QWidget) -> list[str]:
    """Everything a page can say, tooltips and hidden parts as well."""
    found = []
    for each in widget.findChildren(QWidget):
        found += [each.toolTip(), each.accessibleName()]
        if isinstance(each, QLabel | QAbstractButton):
            found.append(each.text())
        elif isinstance(each, QLineEdit):
            found += [each.text(), each.placeholderText()]
        elif isinstance(each, QComboBox):
            found += [each.itemText(at) for at in range(each.count())]
        elif isinstance(each, QListWidget):
            found += [each.item(at).text() for at in range(each.count())]
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_inner_word_on_a_school_page(person: Person, city: City, language: str) -> None:
    school = city.school()
    city.submission()
    set_figures(school, {"teachers_ft": "30"}, year="last")
    folder: Path = school.folder
    city.close()
    speech.choose(language)
    person.open_school(folder)
    desk = person.window.desk
    assert desk is not None
    seen = 0
    for entry in desk.entries():
        person.window.go_to(entry.key)
        person.wait()
        for text in texts_of(person.page):
            seen += bool(text)
            assert not [word for word in INNER[language] if word in text.lower()], (entry.key, text)
    assert seen > 200
