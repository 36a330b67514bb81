"""What commands share: opening a workspace, printing for people or as one JSON object, showing progress."""

from __future__ import annotations

import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from vetdesk.models.operations.post import Posted

WORKSPACE = click.argument("workspace", metavar="WS", type=click.Path(path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
OUTPUT = click.option(
    "-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="The file to write."
)
FILE = click.Path(path_type=Path)


@contextmanager
def opened(folder: Path, *, role: str | None = None) -> Iterator[Workspace]:
    """The workspace of a command, closed afterwards; acts are noted under the person it remembers."""
    with open_workspace(folder, role=role) as workspace:
        workspace.actor.name = workspace.meta("person")
        yield workspace


def say(text: str) -> None:
    """A line for people."""
    click.echo(text)


def complain(sentence: str) -> None:
    """The one line of a refusal: line breaks and control characters of what was typed or sent become spaces."""
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in sentence)
    click.echo(plain.strip(), err=True)


def print_json(content: dict[str, Any]) -> None:
    """The one JSON object."""
    click.echo(json.dumps(content, ensure_ascii=False))


def pair(text: str) -> tuple[str, str]:
    """`FACT=CONTENT` taken apart.

    Raises UsageError where there is no equals sign.
    """
    fact, equals, content = text.partition("=")
    if not equals:
        raise click.UsageError(_("应写成 数据项=内容：{text}").format(text=text[:60]))
    return fact.strip(), content


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """Several of them.

    Raises UsageError where one is given twice, too.
    """
    found: dict[str, str] = {}
    for each in texts:
        fact, content = pair(each)
        if fact in found:
            raise click.UsageError(_("“{fact}”写了两次。").format(fact=fact))
        found[fact] = content
    return found


class Bar:
    """A progress bar on standard error, only where somebody watches."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int, text: str) -> None:
        if not self._shown or not total:
            return
        filled = 24 * done // total
        click.echo(f"\r[{'█' * filled}{'·' * (24 - filled)}] {done}/{total} {text[:40]:<40}", nl=False, err=True)
        if done >= total:
            click.echo(err=True)


def posted_plain(posted: Posted) -> dict[str, Any]:
    """A written package as plain JSON values."""
    return {
        "file": str(posted.path), "hash": posted.hash, "sequence": posted.seq, "code": posted.code, "size": posted.size
    }  # fmt: skip


def tell_posted(posted: Posted, sentence: str, *, as_json: bool) -> None:
    """Say that a package was written: as plain JSON values, else in a sentence."""
    if as_json:
        print_json(posted_plain(posted))
    else:
        say(sentence)


def tell_if_past(day: str) -> None:
    """Say that a day is over already, where it is."""
    if day and day < dt.date.today().isoformat():  # noqa: DTZ011 - the day on the wall
        say(_("注意：这一天已经过去。"))
