"""What is known of a piece of evidence besides its content: dates, where it comes from, what it shows and where."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta

from vetdesk.models.records.words import _

Day = Annotated[str, Meta(pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?\\Z")]
"""A date (`YYYY-MM-DD`), or nothing where nobody said one: it is asked for, never invented."""
PARTS = 1000
"""A rectangle on a page counts in thousandths of its width and height."""


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Where on a page something stands: page (from 1), rectangle (left, top, right, bottom in thousandths; or none), the
    fact it claims ('' for none), a note."""

    page: Annotated[int, Meta(ge=1, le=10_000)]
    area: Annotated[list[Annotated[int, Meta(ge=0, le=PARTS)]], Meta(max_length=4)]
    fact: Annotated[str, Meta(max_length=40)]
    note: Annotated[str, Meta(max_length=200)]

    def __post_init__(self) -> None:
        if len(self.area) not in (0, 4) or (self.area and not _in_order(self.area)):
            raise ValueError("area")


def _in_order(area: list[int]) -> bool:
    return area[0] < area[2] and area[1] < area[3]


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Date of the document, the period it speaks of, the day it expires, the department it comes from, whether it is the
    original or a copy (domain 8.2), its pages, who answers for it, whether it names people, pins, and, where this is a
    reduced photograph, the content it was made of (it stays on the computer that took it in)."""

    dated: Day = ""
    begins: Day = ""
    ends: Day = ""
    expires: Day = ""
    department: Annotated[str, Meta(max_length=100)] = ""
    kind: Annotated[str, Meta(pattern="^(original|copy)?\\Z")] = ""
    pages: Annotated[int, Meta(ge=0, le=10_000)] = 0
    person: Annotated[str, Meta(max_length=50)] = ""
    personal: bool = False
    pins: Annotated[list[Pin], Meta(max_length=50)] = []
    original: Annotated[str, Meta(pattern="^([0-9a-f]{64})?\\Z")] = ""

    def expired(self, day: dt.date) -> bool:
        """Whether it no longer holds on a day."""
        return bool(self.expires) and self.expires < day.isoformat()

    def lines(self) -> list[str]:
        """What is known, for a reader."""
        said = [
            (self.dated, _("文件日期 {day}").format(day=self.dated)),
            (
                self.begins or self.ends,
                _("所属期 {begins} 至 {ends}").format(begins=self.begins or "…", ends=self.ends or "…"),
            ),
            (self.expires, _("有效期至 {day}").format(day=self.expires)),
            (self.department, _("来源 {department}").format(department=self.department)),
            (self.kind, kind_word(self.kind)),
            (self.pages, _("{count} 页").format(count=self.pages)),
            (self.person, _("责任人 {person}").format(person=self.person)),
            (self.personal, _("含个人信息")),
            (self.pins, _("标注 {count} 处").format(count=len(self.pins))),
            (self.original, _("缩小的照片，原件留在学校")),
        ]
        return [text for known, text in said if known]


def kind_word(kind: str) -> str:
    """What the screen calls an original or a copy."""
    return {"original": _("原件"), "copy": _("复印件")}.get(kind, "")


NOTHING = About()
_READER = msgspec.json.Decoder(About)


def as_text(about: About) -> str:
    """The one text of it; '' where nothing is known."""
    return "" if about == NOTHING else msgspec.json.encode(about).decode("utf-8")


def from_text(text: str) -> About:
    """What such a text says. Raises ValueError for anything else."""
    return _READER.decode(text) if text else NOTHING
