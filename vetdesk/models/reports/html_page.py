"""Pages to print: plain HTML that any browser of any age prints, everything in it escaped, written whole or not at all."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from vetdesk.models.records.words import speech
from vetdesk.models.store.outputs import written_whole
from vetdesk.models.store.workspace import storage_trouble

_STYLE = (
    "@page{size:A4;margin:18mm}body{font-family:SimSun,'Noto Serif CJK SC',serif;margin:2em;line-height:1.6}"
    "h1{font-size:18pt;text-align:center}h2{font-size:13pt;margin-top:1.4em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #666;padding:.25em .6em;text-align:left}"
    "td.n,th.n{text-align:right;white-space:nowrap}thead{display:table-header-group}tr{page-break-inside:avoid}"
    ".code{font:bold 20pt monospace;letter-spacing:.06em}.code span{display:inline-block;margin:.2em .5em .2em 0}"
    ".sign{margin-top:2.2em;page-break-inside:avoid}.sign td{border:0;padding:1.1em .4em}.small{font-size:9.5pt;color:#333}"
)


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph."""
    return f'<p class="{kind}">{html.escape(text)}</p>' if kind else f"<p>{html.escape(text)}</p>"


def heading(text: str) -> str:
    """A heading inside the page."""
    return f"<h2>{html.escape(text)}</h2>"


def code(text: str) -> str:
    """Digits that are read to each other, group by group."""
    return '<div class="code">' + " ".join(f"<span>{html.escape(each)}</span>" for each in text.split()) + "</div>"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: frozenset[int] = frozenset()) -> str:
    """A table; the columns in `numbers` are aligned right. Headings come again on each printed page."""

    def cells(texts: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if at in numbers else ''}>{html.escape(text)}</{tag}>" for at, text in enumerate(texts)
        )

    body = "".join(f"<tr>{cells(each, 'td')}</tr>" for each in rows)
    return f"<table><thead><tr>{cells(heads, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def places_to_sign(*texts: str) -> str:
    """Lines to sign on, two beside each other."""
    cells = [f"<td>{html.escape(each)}</td>" for each in texts]
    rows = "".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f'<table class="sign">{rows}</table>'


def page(title: str, *parts: str) -> str:
    """The whole page."""
    language = "zh-CN" if speech.language == "zh" else speech.language
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>{''.join(parts)}</body></html>"
    )


def write_page(text: str, target: Path, *, private: bool = False) -> None:
    """Write a page in place of what was there; a `private` one for this user alone.

    Raises KnownError where the place cannot be written; what was there is then still there.
    """
    mode = 0o600 if private else 0o644
    try:
        with (
            written_whole(target) as part,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream,
        ):
            stream.write(text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        raise storage_trouble(target, error) from error
