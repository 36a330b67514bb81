"""Commands on what travels between computers: copies, conflicts, recovery, keys, changes of a round, imports taken back."""

from __future__ import annotations

from pathlib import Path

import click

from vetdesk.models.operations import amend as amending
from vetdesk.models.operations import (
    bureau_trust,
    conflict_cards,
    conflicts,
    copies,
    decide,
    department_sheets,
    recovery,
    recovery_sheet,
    undo_import,
)
from vetdesk.models.operations import (
    county as county_bureau,
)
from vetdesk.models.operations.missing import missing_of
from vetdesk.models.operations.open_campaign import read_campaign
from vetdesk.models.operations.own_keys import own_keys
from vetdesk.models.records.errors import KnownError
from vetdesk.models.records.words import _
from vetdesk.models.sync.codes import short_code
from vetdesk.models.sync.refusals import kind_word
from vetdesk.ui.commands.bureau import bureau, feedback
from vetdesk.ui.commands.common import (
    AS_JSON,
    FILE,
    OUTPUT,
    WORKSPACE,
    opened,
    posted_plain,
    print_json,
    say,
    tell_if_past,
    tell_posted,
)
from vetdesk.ui.commands.school import school


@school.command("copy")
@WORKSPACE
@OUTPUT
@AS_JSON
def copy(workspace: Path, target: Path, as_json: bool) -> None:
    """Write the work as it stands for another computer of the same school, to be merged there with `receive`."""
    with opened(workspace, role="school") as ws:
        posted, _changes = copies.export_copy(ws, target)
    tell_posted(
        posted, _("已生成工作副本：{file}。在另一台电脑上接收它，两边会逐项合并。").format(file=target), as_json=as_json
    )


@school.command("conflicts")
@WORKSPACE
@AS_JSON
def conflicts_(workspace: Path, as_json: bool) -> None:
    """List places where two copies differ, each text with who wrote it and when."""
    with opened(workspace, role="school") as ws:
        found = conflict_cards.cards(ws)
    if as_json:
        print_json(
            {
                "conflicts": [
                    {
                        "id": each.id, "name": each.name, "base": each.base, "state": each.state,
                        "variants": [{"text": text, "who": who, "at": at} for text, who, at in each.variants],
                        "chosen": each.chosen, "reason": each.reason, "who": each.who,
                    }
                    for each in found
                ]
            }
        )  # fmt: skip
        return
    for each in found:
        if each.state != "open":
            say(
                _("{id}　{name}：采用 {chosen}（{who}：{reason}）").format(
                    id=each.id[:8], name=each.name, chosen=each.chosen, who=each.who, reason=each.reason
                )
            )
            continue
        say(_("{id}　{name}　原来：{base}").format(id=each.id[:8], name=each.name, base=each.base))
        for number, (text, who, at) in enumerate(each.variants, start=1):
            say(f"  {number}　{text}　{who}　{at[:16].replace('T', ' ')}")
    if not found:
        say(_("没有不一致。"))


@school.command("decide")
@WORKSPACE
@click.argument("conflict")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why this one counts.")
def decide_(workspace: Path, conflict: str, number: int, reason: str) -> None:
    """Let text NUMBER of a conflict (the beginning of its id) count; the decision goes back to the other copy."""
    with opened(workspace, role="school") as ws:
        conflicts.decide(ws, conflict, number, reason=reason)
    say(_("已采用第 {number} 种填法。").format(number=number))


@school.command("recover")
@WORKSPACE
@click.argument("file", metavar="RECOVERY.vdpkg", type=FILE)
@click.option("--password", default="", help="The 12 digits the bureau told you.")
@click.option("--person", default="", help="Who fills.")
def recover(workspace: Path, file: Path, password: str, person: str) -> None:
    """Go on from the school's last state at the bureau, in a new folder WS, with a new key."""
    with (
        recovery.opened_recovery(file, password=password) as found,
        recovery.recover(workspace, found, filler=person),
    ):
        said = found.body
        say(
            _("已恢复：{school}，上报第 {seq} 版，{count} 件佐证材料。下次上报后请主管部门重新核对身份。").format(
                school=said.unit.name, seq=said.seq, count=len(found.evidence)
            )
        )
        for each in found.lost:
            say(_("主管部门没有收到这件佐证材料，请重新添加：{label}").format(label=each))


@bureau.command("recover")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@click.option("--plain", is_flag=True, help="Do not encrypt it.")
@OUTPUT
@AS_JSON
def hand_back(workspace: Path, unit: str, plain: bool, target: Path, as_json: bool) -> None:
    """Write a school's last state with its evidence, for a school that lost its computer."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = recovery.hand_back(ws, unit, target, encrypt=not plain)
        lacking = missing_of(ws, unit)
    if as_json:
        print_json({**posted_plain(posted), "password": posted.password})
        return
    say(_("已生成恢复包：{file}").format(file=target))
    if lacking:
        say(_("有 {count} 件佐证材料从来没有收到，不在里面，学校要重新添加。").format(count=len(lacking)))
    if posted.password:
        say(_("打开口令 {password}（请用电话告诉学校，不要和文件一起发）").format(password=posted.password))


@bureau.command("deadline")
@WORKSPACE
@click.argument("date")
@click.option("--county", default="", help="Administrative code of a county; the city without it.")
@click.option("--school", "unit", default="", help="Code of a school.")
def deadline(workspace: Path, date: str, county: str, unit: str) -> None:
    """Give the city, a county or a school another deadline (YYYY-MM-DD); `bureau amend` tells the schools."""
    if county and unit:
        raise click.UsageError(_("--county 和 --school 只能写一个"))
    scope = "school" if unit else "county" if county else "city"
    with opened(workspace, role="bureau") as ws:
        amending.set_deadline(ws, date, scope=scope, id_=unit or county)
        others = amending.closer_deadlines(ws, scope=scope, id_=unit or county)
    say(_("截止日期已改为 {date}。请用“任务调整”发给学校。").format(date=date))
    tell_if_past(date)
    if others:
        said = _("、").join(f"{name} {day}" for name, day in others)
        say(_("另有自己的截止日期，不随着变：{others}").format(others=said))


@bureau.command("amend")
@WORKSPACE
@click.option("--note", default="", help="What to say to the schools.")
@OUTPUT
@AS_JSON
def amend(workspace: Path, note: str, target: Path, as_json: bool) -> None:
    """Write the round as it stands now (deadlines, standards, schools) in one file for all schools."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = amending.amend(ws, target, note=note)
    tell_posted(
        posted, _("已生成任务调整：{file}　核对码 {code}").format(file=target, code=posted.code), as_json=as_json
    )


@bureau.command("send-register")
@WORKSPACE
@OUTPUT
@AS_JSON
def send_register(workspace: Path, target: Path, as_json: bool) -> None:
    """Write the register alone in one file, for counties and schools."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = amending.send_register(ws, target)
    tell_posted(posted, _("已生成名录包：{file}　核对码 {code}").format(file=target, code=posted.code), as_json=as_json)


@bureau.command("join")
@WORKSPACE
@click.argument("campaign", metavar="CAMPAIGN.vdpkg", type=FILE)
def join(workspace: Path, campaign: Path) -> None:
    """Take part in the city's round with the schools of this county."""
    with opened(workspace, role="bureau") as ws:
        changes = county_bureau.join_round(ws, read_campaign(campaign))
    say(_("已加入，本县学校 {count} 所。").format(count=len(changes.units)))


@bureau.command("forward")
@WORKSPACE
@OUTPUT
@AS_JSON
def forward(workspace: Path, target: Path, as_json: bool) -> None:
    """Hand everything that came from this county's schools on to the city, in one signed bundle."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = county_bureau.forward(ws, target)
    tell_posted(posted, _("已生成转报包：{file}　核对码 {code}").format(file=target, code=posted.code), as_json=as_json)


@bureau.command("confirm-county")
@WORKSPACE
@click.option("--county", required=True, help="Administrative code or name of the county.")
@click.option("--digits", required=True, help="The 30 digits the county reads out (`bureau digits` there).")
def confirm_county(workspace: Path, county: str, digits: str) -> None:
    """Confirm a county by comparing its 30 digits; the next file tells its schools, which then take its replies."""
    with opened(workspace, role="bureau") as ws:
        county_bureau.confirm_county(ws, county, who=ws.actor.name or _("经办人"), digits=digits)
    say(_("已核对：{county}。下一个发出的文件会告诉各校，此后该县的回复各校也能接收。").format(county=county))


@bureau.command("digits")
@WORKSPACE
def digits_(workspace: Path) -> None:
    """Print this bureau's own 30 digits, to be read out on the telephone."""
    with opened(workspace, role="bureau") as ws:
        say(own_keys(ws).digits)


@bureau.group()
def keys() -> None:
    """The bureau's own keys and those it withdraws."""


@keys.command("new")
@WORKSPACE
@click.option("--root", is_flag=True, help="The root key, which signs the list of keys.")
@click.option("--reason", required=True, help="Why, e.g. the clerk left.")
def new(workspace: Path, root: bool, reason: str) -> None:
    """Sign with a new key from now on; the next file tells everyone."""
    with opened(workspace, role="bureau") as ws:
        (bureau_trust.new_root_key if root else bureau_trust.new_desk_key)(ws, reason=reason)
    say(_("已换用新的身份。下一个发出的文件会告诉各校，各校不用做任何事。"))


@keys.command("withdraw")
@WORKSPACE
@click.argument("owner")
@click.option("--digits", default="", help="The 30 digits of one key; all keys without it.")
@click.option("--reason", required=True, help="Why, e.g. the laptop was lost.")
def withdraw(workspace: Path, owner: str, digits: str, reason: str) -> None:
    """Withdraw the keys of a school or inspector: what came so far stays, nothing new is taken."""
    with opened(workspace, role="bureau") as ws:
        bureau_trust.withdraw(ws, owner, reason=reason, digits=digits)
    say(_("已停用“{owner}”的身份；此前收到的不受影响。").format(owner=owner))


@keys.command("send")
@WORKSPACE
@OUTPUT
def send(workspace: Path, target: Path) -> None:
    """Write the list of keys alone."""
    with opened(workspace, role="bureau") as ws:
        posted, _changes = amending.send_trust(ws, target)
    say(_("已生成身份更新：{file}　核对码 {code}").format(file=target, code=posted.code))


@keys.command("sheet")
@WORKSPACE
@OUTPUT
def sheet(workspace: Path, target: Path) -> None:
    """Write the recovery sheet (HTML, to print): with it and a backup the bureau's keys come back."""
    with opened(workspace, role="bureau") as ws:
        recovery_sheet.write_sheet(ws, target)
    say(_("已生成恢复单：{file}。请打印后删除这个文件。").format(file=target))


@feedback.command("waiting")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@AS_JSON
def waiting(workspace: Path, unit: str, as_json: bool) -> None:
    """List submissions of a school that are kept beside the one that counts."""
    with opened(workspace, role="bureau") as ws:
        found = decide.waiting(ws, unit)
    if as_json:
        print_json(
            {
                "waiting": [
                    {"hash": each.hash, "sequence": each.seq, "state": each.state, "note": each.note} for each in found
                ]
            }
        )
        return
    for each in found:
        say(_("第 {seq} 版　核对码 {code}　{note}").format(seq=each.seq, code=short_code(each.hash), note=each.note))
    if not found:
        say(_("没有等候的版本。"))


@feedback.command("adopt")
@WORKSPACE
@click.option("--unit", required=True, help="Code of the school.")
@click.argument("version")
@click.option("--reason", required=True, help="Why this one counts.")
def adopt(workspace: Path, unit: str, version: str, reason: str) -> None:
    """Let a waiting submission (its number or the beginning of its hash) count."""
    with opened(workspace, role="bureau") as ws:
        decide.adopt(ws, unit, version, reason=reason)
    say(_("已采用。"))


@click.command("imports")
@WORKSPACE
@AS_JSON
def imports(workspace: Path, as_json: bool) -> None:
    """List packages that were taken, and why the taking of one cannot be taken back."""
    with opened(workspace) as ws:
        found = undo_import.imports(ws)
    if as_json:
        print_json(
            {
                "imports": [
                    {
                        "hash": each.package.hash, "code": short_code(each.package.hash), "kind": each.package.kind,
                        "sender": each.package.issuer_id, "sequence": each.package.seq, "at": each.package.at,
                        "why_not": each.why_not,
                    }
                    for each in found
                ]
            }
        )  # fmt: skip
        return
    for each in found:
        one = each.package
        can = _("可以撤销") if not each.why_not else _("不能撤销：{why}").format(why=each.why_not)
        say(f"{one.at[:16].replace('T', ' ')}　{kind_word(one.kind)}　{one.issuer_id}　{short_code(one.hash)}　{can}")


@click.command("undo-import")
@WORKSPACE
@click.argument("code", default="")
def undo_import_(workspace: Path, code: str) -> None:
    """Take back the taking of a package (its 12-digit code or hash; the last one without it)."""
    with opened(workspace) as ws:
        sentence, _changes = undo_import.undo_import(ws, code)
    say(sentence)


@school.command("sheet")
@WORKSPACE
@click.option("--section", "only", multiple=True, help="Id of a section of the form; repeatable, all without it.")
@click.option("--name", default="", help="Name of the department.")
@OUTPUT
def sheet_(workspace: Path, only: tuple[str, ...], name: str, target: Path) -> None:
    """Write a workbook that a department fills in WPS or Excel."""
    with opened(workspace, role="school") as ws:
        department_sheets.make_sheet(ws, target, only=only, name=name)
    say(_("已生成分工表：{file}。填好后用“收回分工表”合并。").format(file=target))


@school.command("take-sheet")
@WORKSPACE
@click.argument("files", metavar="FILE…", type=FILE, nargs=-1, required=True)
@click.option("--person", default="", help="Who filled it; the department without it.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def take_sheet(workspace: Path, files: tuple[Path, ...], person: str, dry_run: bool) -> None:
    """Merge workbooks that departments filled (.xlsx or .xls). Exit status 0 if any was taken, 1 if none."""
    refused: list[KnownError] = []
    with opened(workspace, role="school") as ws:
        for file in files:
            try:
                offer = department_sheets.look(ws, file)
                if not dry_run:
                    department_sheets.take(ws, offer, person=person)
            except KnownError as error:
                refused.append(error)
                continue
            say(
                _("{file}（{department}）：并入 {taken} 处，两边不一样 {conflicts} 处，没有取的 {doubts} 格").format(
                    file=offer.file, department=offer.sheet.department, taken=len(offer.merged.taken),
                    conflicts=len(offer.merged.conflicts), doubts=len(offer.doubts),
                )
            )  # fmt: skip
            for line in offer.lines:
                say(f"  {line}")
            for line in offer.differing:
                say(f"  ≠ {line}")
            for doubt in offer.doubts:
                say(f"  ! {doubt.place}　{doubt.reason}")
    if len(refused) == len(files):
        raise refused[0]
    for each in refused:
        say(each.sentence)


COMMANDS = (imports, undo_import_)
