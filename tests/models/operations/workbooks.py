"""Workbooks for tests: forms in the shape of the national statistics, and files that only pretend to be workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from tests.factory import FIRST

Rows = Sequence[Sequence[object]]


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    made.remove(first)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def form(number: str, *rows: Sequence[object], code: str = FIRST, unit: str = "") -> list[Sequence[object]]:
    """A form with the head every national form has."""
    return [
        [f"{number}的表名"],
        ["表号：", number, "", "制定机关：教育部"],
        ["学校（机构）名称：甲校（虚构）", "", "", f"学校（机构）标识码：{code}"],
        [f"计量单位：{unit}" if unit else "", "", "", "统计时点：9月1日"],
        *rows,
    ]


def with_member(source: Path, target: Path, name: str, content: bytes) -> Path:
    """A workbook with one member replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content)
    return target


def member(source: Path, name: str) -> bytes:
    """The content of a member."""
    with zipfile.ZipFile(source) as archive:
        return archive.read(name)


def bomb() -> bytes:
    """A workbook that unpacks to 60 MB from a few KB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return target.getvalue()


def protected() -> bytes:
    """The first bytes and the one stream name by which a password-protected workbook is known."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1024)
