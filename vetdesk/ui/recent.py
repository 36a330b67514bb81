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


def _load() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _save(values: dict[str, Any]) -> None:
    path = _path()
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
    for each in _load().get("workspaces", []):
        if (
            isinstance(each, dict)
            and {"folder", "name", "role"} <= each.keys()
            and (Path(each["folder"]) / _DATABASE).is_file()
        ):
            found.append(Recent(Path(each["folder"]), str(each["name"]), str(each["role"])))
    return found


def remember(folder: Path, name: str, role: str) -> None:
    """Put a workspace at the head of the list."""
    values = _load()
    plain = {"folder": str(folder), "name": name, "role": role}
    others = [
        each for each in values.get("workspaces", []) if isinstance(each, dict) and each.get("folder") != str(folder)
    ]
    values["workspaces"] = [plain, *others][:12]
    _save(values)


def last_folder() -> str:
    """The folder of the last file dialog."""
    return str(_load().get("folder", ""))


def remember_folder(folder: Path) -> None:
    """Remember the folder of a file dialog."""
    values = _load()
    values["folder"] = str(folder)
    _save(values)


def setting(name: str, otherwise: str = "") -> str:
    """A small setting (`language`, `theme`)."""
    return str(_load().get(name, otherwise))


def set_setting(name: str, value: str) -> None:
    """Keep a small setting."""
    values = _load()
    values[name] = value
    _save(values)
