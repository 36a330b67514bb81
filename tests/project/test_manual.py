"""The manual says everything: commands, options, rules, standards, refusals, pages, figures, the package format."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from installer import standards_help
from vetdesk.models.packs import source
from vetdesk.models.packs.fields import dictionary
from vetdesk.models.records.about_evidence import Pin
from vetdesk.models.records.places import RESOURCES
from vetdesk.models.records.words import speech
from vetdesk.models.sync import bodies, limits, manifest, sign
from vetdesk.models.sync.refusals import Refusal
from vetdesk.ui.cli import cli

HELP = RESOURCES / "help"
UI = Path(inspect.getfile(cli.callback or cli)).parent
MANUAL = (HELP / "manual.zh-CN.md").read_text(encoding="utf-8")
CHINESE = MANUAL + (HELP / "standards.zh-CN.md").read_text(encoding="utf-8")
ENGLISH = "".join((HELP / f"{name}.en.md").read_text(encoding="utf-8") for name in ("manual", "standards"))
FORMAT = (HELP / "package-format.md").read_text(encoding="utf-8")
MANUALS = pytest.mark.parametrize("manual", [CHINESE, ENGLISH], ids=["zh", "en"])
_BUTTON = re.compile(r"【([^】]+)】")
_ANCHOR = re.compile(r"^#+ (.+)$", re.MULTILINE)


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from commands(each, f"{before}{name} ")
        else:
            yield f"{before}{name}", each


COMMANDS = dict(commands(cli))


def section(manual: str, command: str) -> str:
    """What stands under the heading of a command; '' where it has none."""
    _before, found, after = manual.partition(f"#### `{command}`\n")
    return re.split(r"^##", after, maxsplit=1, flags=re.MULTILINE)[0] if found else ""


def ui_texts() -> set[str]:
    """Every string of the window's code."""
    return {
        node.value
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def page_titles() -> set[str]:
    """Titles that pages give themselves, and those of the entries of the side."""
    found = {"欢迎使用职教达标"}
    for path in (*UI.glob("pages/**/*.py"), *UI.glob("desks/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            made = node.func
            is_page = isinstance(made, ast.Attribute) and made.attr == "__init__"
            is_entry = isinstance(made, ast.Name) and made.id == "Entry"
            if is_page or is_entry:
                found |= {
                    text.args[0].value
                    for text in node.args
                    if isinstance(text, ast.Call)
                    and text.args
                    and isinstance(text.args[0], ast.Constant)
                    and isinstance(text.args[0].value, str)
                }
    return found


def test_the_walk_over_commands_and_pages_finds_them() -> None:
    assert {"bureau init", "set", "inspect mark", "doctor"} <= COMMANDS.keys()
    assert {"首页", "填报", "总览", "签字交回", "这是哪所学校？", "建立主管部门工作台"} <= page_titles()


@MANUALS
def test_every_command_has_a_section(manual: str) -> None:
    assert [name for name in COMMANDS if not section(manual, name)] == []


@MANUALS
def test_no_section_describes_a_command_that_is_not_there(manual: str) -> None:
    described = re.findall(r"^#### `([^`]+)`$", manual, flags=re.MULTILINE)

    assert sorted(described) == sorted(COMMANDS)


@MANUALS
def test_every_option_stands_in_its_command_s_section(manual: str) -> None:
    lacking = [
        f"{name} {option}"
        for name, command in COMMANDS.items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if f"`{option}`" not in section(manual, name)
    ]

    assert lacking == []


@MANUALS
def test_every_choice_of_an_option_is_named(manual: str) -> None:
    lacking = [
        f"{name} {choice}"
        for name, command in COMMANDS.items()
        for parameter in command.params
        if isinstance(parameter.type, click.Choice)
        for choice in parameter.type.choices
        if choice not in section(manual, name)
    ]

    assert lacking == []


@MANUALS
def test_every_option_of_the_program_itself_is_named(manual: str) -> None:
    options = [option for each in cli.params for option in each.opts] + ["--help", "-h"]

    assert [option for option in options if option not in manual] == []


@MANUALS
def test_every_sanity_rule_is_named_with_what_it_says(manual: str) -> None:
    text = "zh" if manual is CHINESE else "en"
    rows = [f"| `{each['id']}` |" for each in dictionary().rules]

    assert [row for row in rows if row not in manual] == []
    assert [each["id"] for each in dictionary().rules if each[text] not in manual] == []
    assert [each["id"] for each in dictionary().rules if f"`{each['when']}`" not in manual] == []


@MANUALS
def test_every_standard_and_indicator_is_named(manual: str) -> None:
    packs = [source.load(each) for each in source.shipped_ids()]
    wanted = [f"`{each.id}`" for each in packs] + [f"| `{name}` |" for each in packs for name in each.indicators]

    assert [each for each in wanted if each not in manual] == []


@MANUALS
def test_required_values_are_those_of_the_standards(manual: str) -> None:
    for pack in (source.load(each) for each in source.shipped_ids()):
        for name, indicator in pack.indicators.items():
            line = next(each for each in manual.splitlines() if each.startswith(f"| `{name}` |"))

            for bar in indicator.threshold.every:
                assert indicator.question or f"{bar.text or '—'} {indicator.unit}".strip() in line or bar.waives
                assert bar.confidence in line
                assert bar.article in line
            assert indicator.question or f"`{indicator.formula}`" in line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lists_of_standards_are_what_the_data_say(language: str) -> None:
    found = standards_help.FILES[language].read_text(encoding="utf-8")

    assert found == standards_help.text(language), "run: python installer/standards_help.py update"


@MANUALS
def test_every_figure_is_named(manual: str) -> None:
    assert [name for name in dictionary().fields() if f"`{name}`" not in manual] == []


def test_every_other_name_of_a_figure_is_in_the_chinese_manual() -> None:
    lacking = []
    for field in dictionary().fields().values():
        if field.section == "identity":
            continue
        line = next((each for each in CHINESE.splitlines() if each.startswith(f"| `{field.id}` |")), "")
        names = (field.text["zh"], *(each.replace("_", "＋", 1) for each in field.aliases))
        lacking += [f"{field.id} {each}" for each in names if each not in line]

    assert lacking == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_is_named_with_its_sentence(language: str) -> None:
    manual = CHINESE if language == "zh" else ENGLISH
    speech.choose(language)
    try:
        sentences = {each: each.sentence for each in Refusal}
    finally:
        speech.choose("zh")
    lacking = []
    for each, sentence in sentences.items():
        line = next((line for line in manual.splitlines() if line.startswith(f"| `{each.value}` |")), "")
        parts = [part for part in re.split(r"\{\w+\}", sentence) if part]
        lacking += [f"{each.value}: {part}" for part in parts if part not in line]

    assert lacking == []


def test_every_page_of_the_window_is_named() -> None:
    assert [title for title in sorted(page_titles()) if f"“{title}”" not in CHINESE] == []


def test_every_button_the_manual_names_is_on_the_screen() -> None:
    texts = ui_texts()

    assert [name for name in sorted(set(_BUTTON.findall(CHINESE))) if name not in texts] == []


@MANUALS
def test_every_exit_status_is_explained(manual: str) -> None:
    assert [number for number in range(6) if not re.search(rf"^\| {number} \| \S", manual, re.MULTILINE)] == []


def test_links_of_the_contents_lead_to_headings() -> None:
    headings = {
        "".join(char for char in title.lower() if char.isalnum() or char in " -").replace(" ", "-")
        for title in _ANCHOR.findall(MANUAL)
    }

    assert [each for each in re.findall(r"\]\(#([^)]+)\)", MANUAL) if each not in headings] == []


@pytest.mark.parametrize("kind", [manifest.Manifest, manifest.Party, manifest.FileEntry])
def test_every_manifest_field_is_in_the_format(kind: type[msgspec.Struct]) -> None:
    lacking = [each for each in kind.__struct_fields__ if f"`{each}`" not in FORMAT and f'"{each}"' not in FORMAT]

    assert lacking == []


def test_manifest_fields_stand_in_the_order_of_the_bytes() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", FORMAT.partition("## 3.")[2].partition("A party is")[0], re.MULTILINE)

    assert tuple(rows) == manifest.Manifest.__struct_fields__


def test_every_body_is_in_the_format_with_its_fields_in_order() -> None:
    kinds = [
        each
        for each in (*vars(bodies).values(), Pin)
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__struct_fields__
    ]
    said = {
        name: tuple(re.split(r",\s*", fields))
        for name, fields in re.findall(r"\*\*(\w+)\*\*\s+(?:is\s+)?`\{([^}]+)\}`", FORMAT)
    }

    assert len(kinds) > 15
    assert {each.__name__: each.__struct_fields__ for each in kinds} == said


def test_every_kind_refusal_and_constant_is_in_the_format() -> None:
    wanted = [f"`{each}`" for each in (*manifest.KINDS, *Refusal)]
    wanted += [manifest.PREFIX.decode(), sign.PACKAGE_TYPE.decode(), sign.TRUST_TYPE.decode(), sign.MAGIC.decode()]
    wanted += ["vetdesk-code-v1", "vetdesk-key-v1"]

    assert [each for each in wanted if each not in FORMAT] == []


def test_limits_of_the_format_are_those_of_the_program() -> None:
    mebibytes = {limits.PACKAGE, limits.MANIFEST, limits.DATA, limits.ONE_FILE}

    assert [each for each in mebibytes if f"| {each // limits.MIB} MiB |" not in FORMAT] == []
    assert f"exactly {limits.SIGNATURE} bytes" in FORMAT
    assert f"| {limits.FILES} |" in FORMAT
    assert f"| {limits.LABEL} characters |" in FORMAT
    assert f"| {limits.TEXT:,} characters |" in FORMAT
    assert f"| {limits.SEQUENCE_JUMP} |" in FORMAT
