"""The command line (stable; DESIGN section 7). Window and commands call the same operations. Imports no Qt."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from vetdesk import __version__
from vetdesk.models.records.changes import Cancelled
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.words import LANGUAGES, _, speech
from vetdesk.models.store.workspace import storage_trouble
from vetdesk.ui.commands import (
    bureau,
    care,
    exchange,
    inspection,
    lineage,
    packages,
    plan,
    results,
    school,
    standards,
    versions,
)
from vetdesk.ui.commands.common import complain
from vetdesk.ui.crash import note_crash


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="vetdesk")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", help="Language of all texts: zh or en.")
def cli(lang: str) -> None:
    """Standards self-assessment, submission and inspection for vocational schools, offline.

    Without a command the window opens.
    """
    speech.choose(lang)


for module in (standards, bureau, school, packages, exchange, lineage, versions, inspection, results, plan, care):
    for command in module.COMMANDS:
        cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit status; never shows a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments, language = _language(list(sys.argv[1:] if arguments is None else arguments))
    try:
        result = cli.main(["--lang", language, *arguments], prog_name="vetdesk", standalone_mode=False)
        return int(result or 0)
    except KnownError as error:
        complain(error.sentence)
        return int(error.status)
    except Cancelled:
        click.echo(_("已取消，没有改动。"), err=True)
        return int(ExitStatus.REFUSED)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return int(ExitStatus.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("已取消。"), err=True)
        return int(ExitStatus.REFUSED)
    except BrokenPipeError:
        return _nobody_reads()
    except UnicodeError:
        complain(_("命令里有认不出来的文字（不是 UTF-8），没有改动。请检查文件名和文字的编码。"))
        return int(ExitStatus.REFUSED)
    except OSError as error:
        trouble = storage_trouble(Path(error.filename or "."), error)
        complain(trouble.sentence)
        return int(trouble.status)
    except Exception as error:  # noqa: BLE001 - the last door: a person never sees a traceback
        click.echo(
            _("程序内部出错，这一步没有完成，数据没有改动。请把“{file}”发给开发人员。").format(file=note_crash(error)),
            err=True,
        )
        return int(ExitStatus.STORAGE)


def _nobody_reads() -> int:
    """Whoever read our output has gone: nothing more is written, not even by Python at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(ExitStatus.REFUSED)


def _language(arguments: list[str]) -> tuple[list[str], str]:
    """`--lang` may stand anywhere in the line."""
    rest: list[str] = []
    language = "zh"
    at = 0
    while at < len(arguments):
        word = arguments[at]
        if word == "--lang" and at + 1 < len(arguments):
            language = arguments[at + 1]
            at += 2
            continue
        if word.startswith("--lang="):
            language = word.partition("=")[2]
        else:
            rest.append(word)
        at += 1
    return rest, language


if __name__ == "__main__":
    sys.exit(main())
