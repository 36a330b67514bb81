"""A workspace's own keys. They lie in the user's data folder, never in the workspace: a copy is no identity."""

from __future__ import annotations

import json
import os
import re
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.places import user_data
from vetdesk.models.records.words import _
from vetdesk.models.store.workspace import sync_folder
from vetdesk.models.sync.codes import fingerprint, key_digits
from vetdesk.models.sync.sign import new_private, public_of

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """Signing key (raw bytes), age identity, replica id; `root` only at a bureau."""

    replica: str
    signing: bytes
    age: str
    root: bytes

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


def keys_of(workspace_id: str, *, bureau: bool = False) -> Keys:
    """The keys of a workspace on this computer, made silently the first time.

    Raises KnownError (storage) where the user's data folder cannot be read or written.
    """
    path = user_data() / "keys" / f"{workspace_id}.json"
    try:
        if not _ID.fullmatch(workspace_id):
            raise ValueError(workspace_id)
        if not path.is_file():
            return _keep(path, _make(bureau=bureau))
        found = _read(path)
        return _keep(path, replace(found, root=new_private())) if bureau and not found.root else found
    except (OSError, ValueError, RecursionError) as error:
        raise KnownError(
            _("读写不了本机的身份文件“{path}”，这一步没有做。请检查该文件夹的权限。").format(path=path),
            status=ExitStatus.STORAGE,
            code="keys",
        ) from error


def has_keys(workspace_id: str) -> bool:
    """Whether this computer holds the keys of a workspace already."""
    return (user_data() / "keys" / f"{workspace_id}.json").is_file()


def _read(path: Path) -> Keys:
    """The keys a file holds. Raises ValueError for anything but what `_keep` writes."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError("keys")
    texts = [found.get(name) for name in ("replica", "signing", "age", "root")]
    replica, signing, age, root = (each if isinstance(each, str) else "" for each in texts)
    keys = Keys(replica, bytes.fromhex(signing), age, bytes.fromhex(root))
    if not replica or not age or len(keys.signing) != 32 or len(keys.root) not in (0, 32):
        raise ValueError("keys")
    return keys


def _make(*, bureau: bool) -> Keys:
    import pyrage

    return Keys(
        replica=str(uuid.uuid4()),
        signing=new_private(),
        age=str(pyrage.x25519.Identity.generate()),
        root=new_private() if bureau else b"",
    )


def _keep(path: Path, keys: Keys) -> Keys:
    """Write a key file that only this person can read, durable before the keys are used."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)  # what a crash left may be open to others
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(
            {
                "replica": keys.replica,
                "signing": keys.signing.hex(),
                "age": keys.age,
                "root": keys.root.hex(),
            },
            stream,
        )
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    sync_folder(path.parent)
    return keys
