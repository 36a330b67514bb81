"""The bureau confirms or corrects a required value in one act: value, document, page scan, who. Changes are previewed."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from vetdesk.models.operations.desk import desk
from vetdesk.models.operations.upgrade_pack import UpgradePlan, plan, upgrade
from vetdesk.models.packs.build import try_build
from vetdesk.models.packs.dates import as_of
from vetdesk.models.packs.examples import example_entries
from vetdesk.models.packs.judge import data_of, judge
from vetdesk.models.packs.pack import COMPARISONS, Pack
from vetdesk.models.packs.source import checked
from vetdesk.models.records.changes import Changes
from vetdesk.models.records.days import is_day
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.numbers import DECIMAL
from vetdesk.models.records.words import _
from vetdesk.models.store import evidence, journal
from vetdesk.models.store.workspace import Workspace, wrong_role

_PAGES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".pdf")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the officer read in the document. `bar` is the number of the required value (from 0); `value` '' keeps it.

    `cmp` '' keeps the comparison; a value that was only “about” needs one. `scan` is a picture or PDF of the page.
    """

    pack: str
    indicator: str
    document: str
    person: str
    value: str = ""
    article: str = ""
    bar: int = 0
    cmp: str = ""
    scan: Path | None = None
    date: str = ""


def preview(workspace: Workspace, said: Confirmation) -> UpgradePlan:
    """The standard with the value confirmed, and the verdicts that would change. Nothing is stored.

    Raises KnownError for an unknown standard, indicator or value, a value that is none, or missing document or name.
    """
    found = plan(workspace, _confirmed(workspace, said, scan=""))
    if said.scan is not None:
        _check_page(said.scan)
    return found


def confirm(workspace: Workspace, said: Confirmation) -> tuple[Pack, Changes]:
    """Confirm the value: the round goes by the new version from now on, in one act (`downgrade` takes it back).

    Raises KnownError as `preview` does, and for a scan that is no usable file.
    """
    _confirmed(workspace, said, scan="")  # refused before a file is copied
    scan = ""
    stored: tuple[str, int, str] | None = None
    if said.scan is not None:
        _check_page(said.scan)
        stored = evidence.store_file(workspace, said.scan)
        scan = stored[0]
    new = _confirmed(workspace, said, scan=scan)
    act = journal.new_act()
    with workspace.atomic():
        if stored is not None:
            evidence.record(workspace, *stored)
        changes = upgrade(workspace, [new], why=f"{said.person}：{said.document} {said.article}".strip(), act=act)
        journal.write(
            workspace,
            [
                journal.Note(
                    "confirm_threshold", field=f"pack.{said.pack}.{said.indicator}.{said.bar}",
                    new=_bar(dict(new.plain), said)[1], why=said.person, round=desk(workspace).round.id,
                )
            ],
            act=act,
        )  # fmt: skip
    return new, changes


def _confirmed(workspace: Workspace, said: Confirmation, *, scan: str) -> Pack:
    if workspace.role != "bureau":
        raise wrong_role(workspace.role, "bureau")
    old = next((each for each in desk(workspace).packs if each.id == said.pack), None)
    if old is None:
        raise KnownError(_("本次任务没有用到标准“{pack}”，没有确认。").format(pack=said.pack[:40]), code="not_in_round")
    if not said.document.strip() or not said.person.strip():
        raise KnownError(_("请写明文件文号和确认人，没有确认。"), code="no_document")
    plain: dict[str, Any] = copy.deepcopy(dict(old.plain))
    item, bar = _bar(plain, said)
    if said.cmp:
        if said.cmp not in COMPARISONS or said.cmp == "~" or "cmp" not in item:
            raise KnownError(_("比较方式“{cmp}”不能用，没有确认。").format(cmp=said.cmp[:10]), code="bad_cmp")
        item["cmp"] = said.cmp
    if item.get("cmp") == "~":
        raise KnownError(_("这一项原文只写了“左右”，请同时写明比较方式（≥ 或 ≤），没有确认。"), code="about")
    if said.value.strip() and ("cmp" not in item or bar.get("waives")):
        raise KnownError(_("这一项没有达标值可填，请只写文件和确认人，没有确认。"), code="no_value")
    if said.date and not is_day(said.date):
        raise KnownError(
            _("“{date}”不是日期，请写成 2026-09-30 这样，没有确认。").format(date=said.date[:20]), code="bad_date"
        )
    if said.value.strip():
        bar["value"] = said.value.strip()
        _relate_again(item)
    if "cmp" in item and not bar.get("value") and not bar.get("waives"):
        raise KnownError(_("这一项还没有达标值，请写上，没有确认。"), code="no_value")
    bar["confidence"] = "CONFIRMED"
    if said.article.strip() or bar.get("document", plain["document"]) != said.document.strip():
        bar["article"] = said.article.strip()  # a clause of another document says nothing about this one
    bar["document"] = said.document.strip()
    bar["confirmed"] = {
        "person": said.person.strip(),
        "date": said.date or dt.datetime.now(dt.UTC).astimezone().date().isoformat(),
        "document": f"{said.document.strip()} {said.article.strip()}".strip(),
        **({"scan": scan} if scan else {}),
    }
    plain["version"] = _next_version(str(plain["version"]))
    return _with_examples(plain, said.indicator)


def _relate_again(item: dict[str, Any]) -> None:
    """What an addition did with an indicator of its base, by the corrected value."""
    origin = item.get("origin")
    if not origin or origin.get("relation") not in ("inherit", "same", "tighten", "relax"):
        return
    old, new = origin.get("was", ()), item.get("bars", ())
    plain = len(old) == len(new) == 1 and not (old[0].get("when") or new[0].get("when"))
    texts = (str(old[0].get("value", "")), str(new[0].get("value", ""))) if plain else ("", "")
    if not all(DECIMAL.fullmatch(text) for text in texts) or origin.get("unit", "") != item.get("unit", ""):
        item["origin"] = {**origin, "relation": "replace"}
        return
    step = (Fraction(texts[1]) - Fraction(texts[0])) * (-1 if item["cmp"] in ("<", "<=") else 1)
    item["origin"] = {**origin, "relation": "tighten" if step > 0 else "relax" if step < 0 else "same"}


def _bar(plain: dict[str, Any], said: Confirmation) -> tuple[dict[str, Any], dict[str, Any]]:
    """The indicator and its required value; a checklist item is both at once."""
    for each in plain.get("items", ()):
        if each["id"] == said.indicator:
            return each, each
    item = next((each for each in plain.get("indicators", ()) if each["id"] == said.indicator), None)
    if item is None:
        raise KnownError(
            _("标准“{pack}”里没有指标“{indicator}”，没有确认。").format(pack=said.pack, indicator=said.indicator[:40]),
            code="no_indicator",
        )
    bars = item["bars"]
    if not 0 <= said.bar < len(bars):
        raise KnownError(
            _("指标“{indicator}”只有 {count} 档达标值，没有确认。").format(indicator=said.indicator, count=len(bars)),
            code="no_bar",
        )
    return item, bars[said.bar]


def _check_page(scan: Path) -> None:
    if scan.is_file() and scan.suffix.lower() not in _PAGES:
        raise KnownError(_("“{file}”不是图片或 PDF，没有确认。").format(file=scan.name), code="wrong_kind")
    if not scan.exists():
        raise KnownError(_("找不到“{file}”，没有确认。").format(file=scan.name), code="no_file")


def _next_version(version: str) -> str:
    """`1` → `1+1` → `1+2`: the bureau's own changes are counted behind the publisher's version."""
    base, plus, count = version.partition("+")
    return f"{base}+{int(count) + 1 if plus and count.isdigit() else 1}"


def _with_examples(plain: dict[str, Any], indicator: str) -> Pack:
    """The pack, its worked examples restated for the indicator that changed and checked for all others.

    Raises PackError or KnownError where the value cannot be used.
    """
    pack, problems = try_build(plain)
    if pack is None:
        raise KnownError(
            _("这个达标值不能用：{reason}。没有确认。").format(reason=problems[0].reason), code="bad_value"
        )
    for example, data in zip(pack.examples, plain.get("examples", ()), strict=True):
        if indicator in example.expect:
            dated = as_of(pack, example.as_of)
            entries = example_entries(pack, example.facts)
            past = example_entries(pack, example.facts, last_year=True)
            judged = judge(dated, data_of(dated, entries, previous=past), only=[indicator])
            data["expect"] = {**data["expect"], indicator: judged[indicator].verdict.value}
            data.pop("grade", None)
    again, problems = try_build(plain)
    assert again is not None, problems
    return checked(again)
