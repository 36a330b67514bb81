"""A standard's source form as a folder of TOML: `pack.toml` and `examples.toml`, always written the same way."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vetdesk.models.packs.pack import PackError
from vetdesk.models.packs.schema import GROUPS, Source, get, tidy, unknown
from vetdesk.models.records.words import _

FILE, EXAMPLES = "pack.toml", "examples.toml"


def read_folder(folder: Path) -> Source:
    """The source form of a folder.

    Raises PackError naming the file for anything unreadable, and for keys nobody knows.
    """
    content, cases = _toml(folder / FILE), _cases(folder / EXAMPLES)
    with _checked(folder / FILE):
        groups = content.get("groups", {})
        content["groups"] = [{"id": name, **each} for name, each in groups.items()]
        _check_keys(folder / FILE, content, {"base_facts", "examples"})
    with _checked(folder / EXAMPLES):
        _check_keys(folder / EXAMPLES, cases, cases.keys() - {"base_facts", "examples"})
        dict(cases.get("base_facts", {})).items()
    with _checked(folder / FILE):
        return tidy({**content, **cases})


def _cases(path: Path) -> dict[str, Any]:
    return _toml(path) if path.is_file() else {}


@contextmanager
def _checked(path: Path) -> Iterator[None]:
    """Turns a part of the wrong shape into a refusal that names the file."""
    try:
        yield
    except (TypeError, AttributeError, ValueError) as error:
        raise PackError(
            _("{file} 的内容格式不对（{detail}），标准没有装入。").format(file=path, detail=str(error)[:80])
        ) from error


def _check_keys(path: Path, content: Mapping[str, Any], foreign: Set[str]) -> None:
    """Refuses a key that nobody knows, or one that belongs elsewhere."""
    strange = next((key for key in content if key in foreign), "") or unknown(content)
    if strange:
        raise PackError(_("{file} 里的“{key}”不认识，标准没有装入。请检查拼写。").format(file=path, key=strange[:40]))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(_("{file} 读不出来：{detail}。标准没有装入。").format(file=path, detail=error)) from error


def texts(source: Mapping[str, Any]) -> dict[str, str]:
    """The files of a source form: name → text."""
    import tomli_w

    plain = tidy(source)
    cases: dict[str, Any] = {key: plain.pop(key) for key in ("base_facts", "examples") if key in plain}
    plain["groups"] = {
        each["id"]: {key: value for key, value in each.items() if key != "id"} for each in plain.get("groups", ())
    }
    assert get(plain, "groups") is not None, GROUPS
    files = {FILE: tomli_w.dumps(plain)}
    if cases:
        files[EXAMPLES] = tomli_w.dumps(cases)
    return files


def write_folder(source: Mapping[str, Any], folder: Path) -> None:
    """Write the files of a source form into a folder.

    Raises OSError where the place cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts(source).items():
        part = folder / f"{name}.part"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(folder / name)
    if EXAMPLES not in texts(source):
        (folder / EXAMPLES).unlink(missing_ok=True)
