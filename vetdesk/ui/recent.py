"""What this person used last: workspaces, folders, window size. A small file in the user's data folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vetdesk.models.records.places import user_data

_DATABASE = "vetdesk.db"  # what makes a folder a workspace; the store is not loaded for so little


@dataclass(frozen=True, slots=True)
class Recent:
    """A workspace used before."""

    folder: Path
    name: str
    role: str


def _path() -> Path:
    return user_data() / "recent.json"


def load(path: Path) -> dict[str, Any]:
    """A small file of settings; nothing where it is not there or no such file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def save(path: Path, values: dict[str, Any]) -> None:
    """Keep a small file of settings, as far as the disk allows."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    except OSError:
        return  # comfort only: nothing depends on it


def workspaces() -> list[Recent]:
    """Workspaces used before that are still there, the last one first."""
    found = []
    for each in load(_path()).get("workspaces", []):
        if (
            isinstance(each, dict)
            and {"folder", "name", "role"} <= each.keys()
            and (Path(each["folder"]) / _DATABASE).is_file()
        ):
            found.append(Recent(Path(each["folder"]), str(each["name"]), str(each["role"])))
    return found


def remember(folder: Path, name: str, role: str) -> None:
    """Put a workspace at the head of the list."""
    values = load(_path())
    plain = {"folder": str(folder), "name": name, "role": role}
    others = [
        each for each in values.get("workspaces", []) if isinstance(each, dict) and each.get("folder") != str(folder)
    ]
    values["workspaces"] = [plain, *others][:12]
    save(_path(), values)


def last_folder() -> str:
    """The folder of the last file dialog."""
    return str(load(_path()).get("folder", ""))


def remember_folder(folder: Path) -> None:
    """Remember the folder of a file dialog."""
    values = load(_path())
    values["folder"] = str(folder)
    save(_path(), values)


def setting(name: str, otherwise: str = "") -> str:
    """A small setting (`language`, `theme`)."""
    return str(load(_path()).get(name, otherwise))


def set_setting(name: str, value: str) -> None:
    """Keep a small setting."""
    values = load(_path())
    values[name] = value
    save(_path(), values)
