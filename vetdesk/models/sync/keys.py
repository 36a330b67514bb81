"""A workspace's own keys. They lie in the user's data folder, never in the workspace: a copy is no identity."""

from __future__ import annotations

import json
import os
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import sync_folder
from vetdesk.models.sync.codes import fingerprint, key_digits
from vetdesk.models.sync.sign import new_private, public_of

_FORMER = 20
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """Signing key (raw bytes), age identity, replica id; `root` only at a bureau.

    `former_root` are the roots before (32 bytes each, the newest first), `former_age` are age identities that still open
    what was sealed to them, `sheet` the digits of a bureau's printed recovery sheet, `owner` whose keys these are.
    """

    replica: str
    signing: bytes
    age: str
    root: bytes
    former_root: bytes = b""
    former_age: tuple[str, ...] = ()
    sheet: str = ""
    owner: str = ""

    @property
    def identities(self) -> tuple[str, ...]:
        """Every age identity, the present one first."""
        return (self.age, *self.former_age)

    @property
    def public(self) -> bytes:
        """The raw public signing key."""
        return public_of(self.signing)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public signing key, hex."""
        return fingerprint(self.public)

    @property
    def digits(self) -> str:
        """The 30 digits two people compare."""
        return key_digits(self.public)

    @property
    def recipient(self) -> str:
        """The public age key others encrypt to."""
        import pyrage

        return str(pyrage.x25519.Identity.from_str(self.age).to_public())


def keys_of(workspace_id: str, *, bureau: bool = False, owner: str = "") -> Keys:
    """The keys of a workspace on this computer, made silently the first time.

    Raises KnownError (storage) where the user's data folder cannot be read or written.
    """
    path = _place(workspace_id)
    with _trouble(path):
        if not _ID.fullmatch(workspace_id):
            raise ValueError(workspace_id)
        if not path.is_file():
            return _keep(path, replace(_make(bureau=bureau), owner=owner))
        found = _read(path)
        return _keep(path, replace(found, root=new_private())) if bureau and not found.root else found


def with_sheet(workspace_id: str) -> Keys:
    """A bureau's keys with the digits of its recovery sheet, which are made where there are none. Raises like `keys_of`."""
    keys = keys_of(workspace_id)
    return keys if keys.sheet else replace_keys(workspace_id, replace(keys, sheet=_new_sheet()))


def _new_sheet() -> str:
    return f"{secrets.randbelow(10**40):040d}"


def replace_keys(workspace_id: str, keys: Keys) -> Keys:
    """Keep other keys for a workspace, durable before they are used. Raises like `keys_of`."""
    path = _place(workspace_id)
    with _trouble(path):
        return _keep(path, keys)


def new_desk_keys(keys: Keys) -> Keys:
    """The same keys with a new signing key and age identity; what was sealed to the old one stays readable."""
    made = _make(bureau=False)
    return replace(keys, signing=made.signing, age=made.age, former_age=keys.identities)


def new_root(keys: Keys) -> Keys:
    """The same keys with a new root, which the old ones sign for: a school may have missed some of them."""
    return replace(keys, root=new_private(), former_root=(keys.root + keys.former_root)[: 32 * _FORMER])


def others_of(owner: str, workspace_id: str) -> list[Keys]:
    """Keys of other workspaces of the same owner on this computer, the newest first; unreadable ones are left out."""
    found: list[tuple[float, Keys]] = []
    for path in (user_data() / "keys").glob("*.json"):
        with suppress(OSError, ValueError, RecursionError):
            keys = _read(path)
            if owner and keys.owner == owner and path.stem != workspace_id:
                found.append((path.stat().st_mtime, keys))
    return [keys for _when, keys in sorted(found, key=lambda each: -each[0])]


def as_text(keys: Keys) -> str:
    """Keys as they are kept, for a protected copy."""
    return json.dumps(_plain(keys))


def from_text(text: str) -> Keys:
    """Keys from a protected copy. Raises ValueError for anything but what `as_text` writes."""
    return _from_plain(json.loads(text))


def _place(workspace_id: str) -> Path:
    return user_data() / "keys" / f"{workspace_id}.json"


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RecursionError) as error:
        raise KnownError(
            _("读写不了本机的身份文件“{path}”，这一步没有做。请检查该文件夹的权限。").format(path=path),
            status=ExitStatus.STORAGE,
            code="keys",
        ) from error


def has_keys(workspace_id: str) -> bool:
    """Whether this computer holds the keys of a workspace already."""
    return _place(workspace_id).is_file()


def _read(path: Path) -> Keys:
    """The keys a file holds. Raises ValueError for anything but what `_keep` writes."""
    return _from_plain(json.loads(path.read_text(encoding="utf-8")))


def _from_plain(found: object) -> Keys:
    if not isinstance(found, dict):
        raise ValueError("keys")
    texts = [found.get(name) for name in ("replica", "signing", "age", "root", "former_root", "sheet", "owner")]
    replica, signing, age, root, former, sheet, owner = (each if isinstance(each, str) else "" for each in texts)
    ages = found.get("former_age")
    former_age = tuple(each for each in ages if isinstance(each, str)) if isinstance(ages, list) else ()
    keys = Keys(
        replica, bytes.fromhex(signing), age, bytes.fromhex(root), bytes.fromhex(former), former_age, sheet, owner
    )
    if not replica or not age or len(keys.signing) != 32 or len(keys.root) not in (0, 32) or len(keys.former_root) % 32:
        raise ValueError("keys")
    return keys


def _plain(keys: Keys) -> dict[str, object]:
    return {
        "replica": keys.replica, "signing": keys.signing.hex(), "age": keys.age, "root": keys.root.hex(),
        "former_root": keys.former_root.hex(), "former_age": list(keys.former_age), "sheet": keys.sheet,
        "owner": keys.owner,
    }  # fmt: skip


def _make(*, bureau: bool) -> Keys:
    import pyrage

    return Keys(
        replica=str(uuid.uuid4()),
        signing=new_private(),
        age=str(pyrage.x25519.Identity.generate()),
        root=new_private() if bureau else b"",
        sheet=_new_sheet() if bureau else "",
    )


def _keep(path: Path, keys: Keys) -> Keys:
    """Write a key file that only this person can read, durable before the keys are used."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)  # what a crash left may be open to others
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(_plain(keys), stream)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    sync_folder(path.parent)
    return keys
