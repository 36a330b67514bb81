"""One workspace folder: its lock, its only connection, and the promise that an acknowledged write survives."""

from __future__ import annotations

import json
import os
import platform
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from filelock import FileLock, Timeout

from vetdesk.models.records.errors import BugError, ExitStatus, KnownError
from vetdesk.models.records.words import _
from vetdesk.models.store import driver

if TYPE_CHECKING:
    from sqlite_utils import Database

Kept = TypeVar("Kept")

DATABASE = "vetdesk.db"
SCHEMA = 14  # equals migrations.VERSION (a test says so); kept apart so that opening needs no sqlite_utils
FOLDERS = ("evidence", "restore-points", "outbox", "inbox")


def now() -> str:
    """The moment, for people to read: local time with its offset. Order never comes from it."""
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


@dataclass(slots=True)
class Actor:
    """Who acts: the person at the keyboard and this sitting."""

    name: str
    session: str


class Workspace:
    """An open workspace. Made by `create` or `open`; used by one thread; closed by `close` or `with`."""

    def __init__(self, folder: Path, lock: FileLock, connection: driver.Connection) -> None:
        self.folder = folder
        self._lock = lock
        self.connection = connection
        self._kept: dict[str, tuple[int, object]] = {}
        self.built: dict[str, object] = {}  # what is made of content that never changes, by its hash
        self.actor = Actor("", uuid.uuid4().hex)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and let others open the workspace."""
        self.connection.close()
        (self.folder / "opened.json").unlink(missing_ok=True)
        self._lock.release()

    @cached_property
    def db(self) -> Database:
        """sqlite-utils on the same connection, for writing; loaded at the first write."""
        from sqlite_utils import Database

        return Database(self.connection)

    @contextmanager
    def atomic(self) -> Iterator[Database]:
        """One act: everything inside is kept together or not at all; durable when it ends.

        Raises KnownError where the disk refuses (storage) or a text is none (half a character, as broken file
        names and pasted text have it); nothing is then changed.
        """
        try:
            with self.db.atomic():
                yield self.db
        except driver.DatabaseError as error:
            raise storage_trouble(self.folder, error) from error
        except UnicodeEncodeError as error:
            raise no_text() from error

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, each addressable by column name."""
        try:
            return self.connection.execute(sql, tuple(parameters)).fetchall()
        except driver.DatabaseError as error:
            raise storage_trouble(self.folder, error) from error
        except UnicodeEncodeError as error:
            raise no_text() from error

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Any | None:
        """The first row of a query, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def kept(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What `make` gives, made again only after something was written: reading a batch asks the same often.

        Nothing is kept inside an act, which may yet be taken back.
        """
        if self.connection.in_transaction:
            return make()
        changes = self.connection.total_changes
        found = self._kept.get(name)
        if found is None or found[0] != changes:
            found = self._kept[name] = (changes, make())
        return cast(Kept, found[1])

    def meta(self, key: str) -> str:
        """A fact about the workspace itself; '' where it is not set."""
        row = self.row("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row["value"]) if row else ""

    def set_meta(self, values: dict[str, str]) -> None:
        """Remember facts about the workspace; inside an act."""
        self.db.table("meta").upsert_all([{"key": key, "value": value} for key, value in values.items()], pk="key")

    @property
    def role(self) -> str:
        """`school`, `bureau` or `inspector`."""
        return self.meta("role")

    @property
    def id(self) -> str:
        """The workspace's own id, made once."""
        return self.meta("workspace")

    @property
    def owner(self) -> str:
        """Code of the school, district of the bureau, or number of the inspector."""
        return self.meta("owner")

    def restore_point(self, why: str) -> Path:
        """A dated copy of the database, checked, before something large changes it."""
        folder = self.folder / "restore-points"
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = folder / f"{stamp}-{why}.db"
        part = target.with_suffix(".part")
        try:
            folder.mkdir(exist_ok=True)
            driver.plain_copy(self.connection, part)
            sync_file(part)
            part.replace(target)
            sync_folder(folder)
        except (driver.DatabaseError, OSError) as error:
            with suppress(OSError):
                part.unlink()
            raise storage_trouble(self.folder, error) from error
        others = sorted(each for each in folder.glob("*.db") if each != target)
        for old in others[:-9]:  # never the one just made, however wrong the clock is
            old.unlink(missing_ok=True)
        return target


def is_workspace(folder: Path) -> bool:
    """Whether a folder holds a workspace."""
    return (folder / DATABASE).is_file()


def create(folder: Path, *, role: str, owner: str, name: str) -> Workspace:
    """Make a workspace in a new or empty folder.

    Raises KnownError where something is there already or the place cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise KnownError(
            _("“{folder}”里已经有文件，没有建立。请换一个空文件夹，或打开已有的工作台。").format(folder=folder),
            code="not_empty",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in FOLDERS:
            (folder / each).mkdir(exist_ok=True)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    lock = _take_lock(folder)
    try:
        workspace = Workspace(folder, lock, _connect(folder))
        try:
            _write_opened(folder)
            with workspace.atomic():
                _migrate(workspace)
                workspace.set_meta(
                    {
                        "role": role,
                        "owner": owner,
                        "name": name,
                        "workspace": str(uuid.uuid4()),
                        "made": now(),
                    }
                )
        except BaseException:
            workspace.connection.close()
            raise
    except BaseException:
        _clear(folder)
        lock.release()
        raise
    return workspace


def _clear(folder: Path) -> None:
    """Takes away what a failed `create` made, so that the folder can be used again."""
    with suppress(OSError):
        for name in (DATABASE, f"{DATABASE}-journal", "opened.json"):
            (folder / name).unlink(missing_ok=True)
        for name in FOLDERS:
            (folder / name).rmdir()
        (folder / ".lock").unlink(missing_ok=True)


def open_workspace(folder: Path, *, role: str | None = None) -> Workspace:
    """Open a workspace: lock, versions, health, then (where older) a copy and the migrations.

    Raises KnownError: none there, open elsewhere (busy), made by a newer version (newer, bytes untouched),
    damaged (storage), or of another role than asked for.
    """
    path = folder / DATABASE
    if not path.is_file():
        raise KnownError(
            _("“{folder}”不是职教达标的工作台（里面没有 {file}）。请检查文件夹，或先建立工作台。").format(
                folder=folder, file=DATABASE
            ),
            code="no_workspace",
        )
    lock = _take_lock(folder)
    try:
        version = _checked_version(folder, path)
        unclean = (folder / "opened.json").exists()
        workspace = Workspace(folder, lock, _connect(folder))
        try:
            _check_health(workspace, thorough=unclean)
            _write_opened(folder)
            if version < SCHEMA:
                workspace.restore_point(f"before-schema-{SCHEMA}")
                _migrate(workspace)
            if role is not None and workspace.role != role:
                raise wrong_role(workspace.role, role)
        except BaseException:
            workspace.connection.close()
            if not unclean:  # else the next opening must look as thoroughly as this one
                (folder / "opened.json").unlink(missing_ok=True)
            raise
    except BaseException:
        lock.release()
        raise
    return workspace


def wrong_role(found: str, wanted: str) -> KnownError:
    """The refusal of a command that belongs to another role."""
    words = {"school": _("学校"), "bureau": _("主管部门"), "inspector": _("核查专家")}
    return KnownError(
        _("这是{found}的工作台，这一步要在{wanted}的工作台里做。没有改动。").format(
            found=words.get(found, found), wanted=words.get(wanted, wanted)
        ),
        code="wrong_role",
    )


def _take_lock(folder: Path) -> FileLock:
    lock = FileLock(str(folder / ".lock"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise KnownError(
            _("“{folder}”正在被{holder}使用，没有打开。请先在那边关闭，再试一次。").format(
                folder=folder, holder=_holder(folder)
            ),
            status=ExitStatus.BUSY,
            code="busy",
        ) from error
    except OSError as error:
        raise storage_trouble(folder, error) from error
    return lock


def _holder(folder: Path) -> str:
    try:
        found = json.loads((folder / "opened.json").read_text(encoding="utf-8"))
        return _("电脑“{host}”上的另一个窗口（进程 {pid}）").format(host=found["host"], pid=found["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return _("另一个窗口")


def _write_opened(folder: Path) -> None:
    text = json.dumps({"host": platform.node(), "pid": os.getpid(), "at": now()})
    try:
        (folder / "opened.json").write_text(text, encoding="utf-8")
    except OSError as error:
        raise storage_trouble(folder, error) from error


def _checked_version(folder: Path, path: Path) -> int:
    try:
        numbers = driver.header_numbers(path)
    except OSError as error:
        raise storage_trouble(folder, error) from error
    if numbers is None or numbers[0] != driver.APPLICATION_ID:
        raise KnownError(
            _("“{file}”不是职教达标的数据库或已经损坏，没有打开，也没有改动。请从备份恢复。").format(file=path),
            status=ExitStatus.STORAGE,
            code="not_ours",
        )
    if numbers[1] > SCHEMA:
        raise KnownError(
            _("“{folder}”由新版程序建立，本机版本打不开，数据没有改动。请安装新版后再试。").format(folder=folder),
            status=ExitStatus.NEWER,
            code="newer",
        )
    return numbers[1]


def _connect(folder: Path) -> driver.Connection:
    try:
        return driver.connect(folder / DATABASE)
    except driver.DatabaseError as error:
        raise storage_trouble(folder, error) from error


def _check_health(workspace: Workspace, *, thorough: bool) -> None:
    check = "PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)"
    found = workspace.rows(check)
    if not found or found[0][0] != "ok":
        raise KnownError(
            _("“{folder}”里的数据库已损坏，没有打开，文件保持原样。请从备份或还原点恢复。").format(
                folder=workspace.folder
            ),
            status=ExitStatus.STORAGE,
            code="damaged",
        )


def _migrate(workspace: Workspace) -> None:
    from vetdesk.models.store.migrations import steps

    with workspace.atomic() as db:
        steps.apply(db)
        orphan = workspace.row("PRAGMA foreign_key_check")
        if orphan is not None:
            raise BugError(f"a schema step left an orphan in {orphan[0]}")
        db.execute(f"PRAGMA application_id = {driver.APPLICATION_ID:d}")
        db.execute(f"PRAGMA user_version = {SCHEMA:d}")


def storage_trouble(place: Path, error: Exception) -> KnownError:
    """The plain sentence for what disk or database refused."""
    text = str((error.strerror if isinstance(error, OSError) else None) or error).lower()  # without the file's name
    if "full" in text or getattr(error, "errno", None) == 28:
        sentence = _("磁盘已满，没有保存。请清理“{place}”所在的磁盘后再试。")
    elif "locked" in text:
        return KnownError(
            _("“{place}”正在被另一个窗口使用，没有打开。请先在那边关闭，再试一次。").format(place=place),
            status=ExitStatus.BUSY,
            code="busy",
        )
    elif isinstance(error, PermissionError) or "read-only" in text or "readonly" in text or "unable to open" in text:
        sentence = _("“{place}”不能写入，没有保存。请检查文件夹权限，或换一个位置。")
    else:
        sentence = _("“{place}”读写出错（{detail}），没有保存。请检查磁盘，必要时从备份恢复。")
    return KnownError(sentence.format(place=place, detail=error), status=ExitStatus.STORAGE, code="storage")


def no_text() -> KnownError:
    """The refusal of text that cannot be stored in any encoding."""
    return KnownError(_("文字里有损坏的字符（半个字），没有保存。请删掉或重新输入这段文字。"), code="bad_text")


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb" if os.name == "posix" else "rb+") as stream:
        os.fsync(stream.fileno())


_MANY = 20


def sync_files(paths: Sequence[Path]) -> None:
    """Wait until files and the folders they lie in are on the disk; many at once where the system can."""
    if len(paths) > _MANY and hasattr(os, "sync"):
        os.sync()
        return
    for each in paths:
        sync_file(each)
    for folder in {each.parent for each in paths}:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def free_space(folder: Path) -> int:
    """Bytes free where the folder lies."""
    return shutil.disk_usage(folder).free
