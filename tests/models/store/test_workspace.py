"""The workspace: one opener, whole acts, an acknowledged write that survives, and plain words for everything else."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import vetdesk
from tests.factory import City
from vetdesk.models.operations.fill import set_figures
from vetdesk.models.records.errors import ExitStatus, KnownError
from vetdesk.models.records.facts import given
from vetdesk.models.store import driver, evidence, figures, journal
from vetdesk.models.store import workspace as store
from vetdesk.models.store.health import database_problem
from vetdesk.models.store.workspace import (
    DATABASE,
    SCHEMA,
    Workspace,
    create,
    free_space,
    is_workspace,
    open_workspace,
    storage_trouble,
    wrong_role,
)

ROOT = Path(vetdesk.__file__).resolve().parents[1]


def made(folder: Path) -> Path:
    """A closed workspace with something in it."""
    with create(folder, role="school", owner="3641990001", name="甲校") as workspace, workspace.atomic():
        figures.write(workspace, "r", "u", {"land_owned": given("60000")})
    return folder


def refused(folder: Path, *, role: str | None = None) -> KnownError:
    """The plain error of a workspace that cannot be opened. What is open by mistake is closed again."""
    with pytest.raises(KnownError) as caught:
        open_workspace(folder, role=role).close()
    assert str(folder) in caught.value.sentence or role
    assert "{" not in caught.value.sentence
    return caught.value


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in another process that finds the program."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip


# Making and opening


def test_a_new_workspace_knows_what_it_is(tmp_path: Path) -> None:
    with create(tmp_path / "新" / "台账", role="bureau", owner="411400", name="测试局") as workspace:
        assert (workspace.role, workspace.owner, workspace.meta("name")) == ("bureau", "411400", "测试局")
        assert len(workspace.id) == 36
        assert workspace.meta("no such key") == ""
        assert is_workspace(workspace.folder)
        assert {each.name for each in workspace.folder.iterdir() if each.is_dir()} == set(store.FOLDERS)
        assert workspace.actor.name == ""
        assert free_space(workspace.folder) > 0
    assert not is_workspace(tmp_path)


def test_what_was_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    with open_workspace(folder, role="school") as first:
        number = first.id
    with open_workspace(folder) as again:
        assert again.id == number
        assert figures.read(again, "r", "u") == {"land_owned": given("60000")}
        assert again.actor.session != first.actor.session


def test_two_workspaces_are_not_the_same(tmp_path: Path) -> None:
    ids = set()
    for name in ("a", "b"):
        with create(tmp_path / name, role="school", owner="1", name="") as workspace:
            ids.add(workspace.id)
    assert len(ids) == 2


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "任务.txt").write_text("x")
    for place in (tmp_path, tmp_path / "任务.txt"):
        with pytest.raises(KnownError) as caught:
            create(place, role="school", owner="1", name="")
        assert caught.value.code == "not_empty"
    assert [each.name for each in tmp_path.iterdir()] == ["任务.txt"]


def test_an_empty_folder_can_become_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    create(tmp_path / "w", role="school", owner="1", name="").close()
    assert is_workspace(tmp_path / "w")


def test_a_place_below_a_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KnownError) as caught:
        create(tmp_path / "file" / "w", role="school", owner="1", name="")
    assert caught.value.status is ExitStatus.STORAGE


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process may grow beyond a size, as if the disk were full."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
@pytest.mark.parametrize("room", [0, 100, 4096, 30_000])
def test_a_workspace_that_finds_no_room_leaves_the_folder_usable(tmp_path: Path, room: int) -> None:
    folder = tmp_path / "w"
    with full_disk(room), pytest.raises(KnownError) as caught:
        create(folder, role="school", owner="1", name="")
    assert caught.value.status is ExitStatus.STORAGE
    create(folder, role="school", owner="1", name="").close()
    open_workspace(folder).close()


@pytest.mark.parametrize("role", ["bureau", "inspector"])
def test_a_command_of_another_role_is_refused(tmp_path: Path, role: str) -> None:
    folder = made(tmp_path / "w")
    error = refused(folder, role=role)
    assert (error.code, error.status) == ("wrong_role", ExitStatus.REFUSED)
    assert "学校" in error.sentence
    open_workspace(folder, role="school").close()


def test_every_role_has_a_word_and_an_unknown_one_is_shown() -> None:
    assert "核查专家" in wrong_role("school", "inspector").sentence
    assert "主管部门" in wrong_role("bureau", "school").sentence
    assert "other" in wrong_role("other", "school").sentence


def test_a_folder_without_a_workspace_says_so(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        error = refused(place)
        assert (error.code, error.status) == ("no_workspace", ExitStatus.REFUSED)
    assert not list(tmp_path.iterdir())


# Databases that are not ours to open


def untouched(folder: Path, action: Callable[[], KnownError]) -> KnownError:
    """The error of an action that changes no byte of the database and leaves no file beside it."""
    path = folder / DATABASE
    before, moment = path.read_bytes(), path.stat().st_mtime_ns
    error = action()
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == moment
    assert {each.name for each in folder.iterdir() if each.is_file()} <= {DATABASE, ".lock"}
    return error


@pytest.mark.parametrize("version", [SCHEMA + 1, 1000, 2**31 - 1])
def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path, version: int) -> None:
    folder = made(tmp_path / "w")
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    error = untouched(folder, lambda: refused(folder))
    assert (error.status, error.code) == (ExitStatus.NEWER, "newer")
    assert not list((folder / "restore-points").iterdir())
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        other.execute(f"PRAGMA user_version = {SCHEMA}")
    open_workspace(folder).close()


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    for number in (0, 0x47504B47):
        folder = tmp_path / str(number)
        folder.mkdir()
        with closing(sqlite3.connect(folder / DATABASE)) as other:
            other.execute("CREATE TABLE customers (name)")
            other.execute(f"PRAGMA application_id = {number}")
            other.commit()
        error = untouched(folder, lambda place=folder: refused(place))  # type: ignore[misc]
        assert (error.status, error.code) == (ExitStatus.STORAGE, "not_ours")


@pytest.mark.parametrize("content", [b"", b"text", "学校数据".encode() * 100, bytes(8192), b"PK\x03\x04" + bytes(200)])
def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / DATABASE).write_bytes(content)
    error = untouched(folder, lambda: refused(folder))
    assert (error.status, error.code) == (ExitStatus.STORAGE, "not_ours")


def test_a_database_that_is_a_folder_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / DATABASE).mkdir()
    assert refused(tmp_path).code == "no_workspace"


def test_a_damaged_database_is_refused_kept_and_looked_at_again_next_time(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    path = folder / DATABASE
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[4096 + 8192 :])
    for _turn in range(2):
        error = refused(folder)
        assert error.status is ExitStatus.STORAGE
        assert path.read_bytes()[4096:12288] == b"\xff" * 8192
    path.write_bytes(whole)
    open_workspace(folder).close()


def test_a_cut_database_is_refused(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    path = folder / DATABASE
    path.write_bytes(path.read_bytes()[: 4096 * 3])
    assert refused(folder).status is ExitStatus.STORAGE


def index_out_of_step(folder: Path) -> None:
    """Damage that only the full check sees: an index that no longer follows its table."""
    with closing(sqlite3.connect(folder / DATABASE)) as other:
        (sql,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'idx_journal_act'").fetchone()
        other.execute("PRAGMA writable_schema=ON")
        other.execute("UPDATE sqlite_master SET sql = replace(sql, '[act]', '[who]') WHERE name = 'idx_journal_act'")
        other.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '\"act\"', '\"who\"') WHERE name = 'idx_journal_act'"
        )
        (now,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'idx_journal_act'").fetchone()
        other.commit()
    assert now != sql


def test_after_a_crash_the_database_is_looked_at_thoroughly_until_it_is_well(tmp_path: Path) -> None:
    """The quick check alone would open it; a refusal must not make the next opening less careful."""
    folder = made(tmp_path / "w")
    index_out_of_step(folder)
    open_workspace(folder).close()
    (folder / "opened.json").write_text("{}")
    for _turn in range(3):
        assert refused(folder).code == "damaged"
    assert (folder / "opened.json").exists()


def test_a_clean_end_leaves_no_mark(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    assert not (folder / "opened.json").exists()
    workspace = open_workspace(folder)
    found = json.loads((folder / "opened.json").read_text())
    assert (found["pid"], found["host"]) == (os.getpid(), platform.node())
    workspace.close()
    assert not (folder / "opened.json").exists()
    refused(folder, role="bureau")
    assert not (folder / "opened.json").exists()


# One opener at a time


def test_a_second_opener_is_told_who_holds_it(workspace: Workspace) -> None:
    error = refused(workspace.folder)
    assert (error.status, error.code) == (ExitStatus.BUSY, "busy")
    assert f"“{platform.node()}”" in error.sentence
    assert str(os.getpid()) in error.sentence
    with workspace.atomic():
        workspace.set_meta({"still": "works"})
    assert workspace.meta("still") == "works"


OPENER = """
import sys
from pathlib import Path
from vetdesk.models.records.errors import KnownError
from vetdesk.models.store.workspace import open_workspace
try:
    open_workspace(Path(sys.argv[1])).close()
except KnownError as error:
    print(error.sentence)
    sys.exit(int(error.status))
"""


def test_an_opener_in_another_process_is_told_so_too(workspace: Workspace) -> None:
    before = (workspace.folder / DATABASE).read_bytes()
    found = python(OPENER, str(workspace.folder))
    assert found.returncode == ExitStatus.BUSY, found.stderr
    assert str(os.getpid()) in found.stdout
    assert platform.node() in found.stdout
    assert (workspace.folder / DATABASE).read_bytes() == before
    workspace.close()
    assert python(OPENER, str(workspace.folder)).returncode == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"host": "x"}', "\ufeff", "null"])
def test_a_holder_that_left_no_name_is_still_a_holder(workspace: Workspace, content: str) -> None:
    (workspace.folder / "opened.json").write_text(content, encoding="utf-8")
    error = refused(workspace.folder)
    assert error.status is ExitStatus.BUSY
    assert "另一个窗口" in error.sentence


def test_a_lock_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    (folder / ".lock").unlink(missing_ok=True)
    (folder / ".lock").mkdir()
    assert refused(folder).status is ExitStatus.STORAGE


def test_a_mark_that_cannot_be_written_is_a_storage_error_and_frees_the_lock(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    (folder / "opened.json").mkdir()
    assert refused(folder).status is ExitStatus.STORAGE
    (folder / "opened.json").rmdir()
    open_workspace(folder).close()


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_database_held_by_another_program_is_busy(tmp_path: Path) -> None:
    """Without our lock file, SQLite's own lock still keeps the second writer out."""
    folder = made(tmp_path / "w")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / DATABASE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        start = time.perf_counter()
        error = refused(folder)
        assert time.perf_counter() - start < 4.5
        other.communicate(b"\n")
    assert error.status is ExitStatus.BUSY
    open_workspace(folder).close()


# Whole acts


def count(workspace: Workspace) -> int:
    """How many figures there are."""
    return int(workspace.rows("SELECT COUNT(*) AS n FROM fact")[0]["n"])


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, KnownError, OSError])
def test_an_exception_takes_back_everything_inside(workspace: Workspace, error: type[BaseException]) -> None:
    """sqlite-utils commits every hundred rows of `insert_all` outside an act; inside, none of 300 stays."""

    def interrupted() -> None:
        with workspace.atomic() as db:
            workspace.set_meta({"a": "b"})
            figures.write(workspace, "r", "u", {"land_owned": given("1")})
            db.table("fact").insert_all(
                {"round": "r", "unit": "u", "stage": "declared", "year": "this", "fact": f"f{at}", "state": "given"}
                for at in range(300)
            )
            assert count(workspace) == 301
            raise error("stop")

    with pytest.raises(error, match="stop"):
        interrupted()
    assert count(workspace) == 0
    assert workspace.meta("a") == ""
    assert journal.head(workspace) == "0" * 64
    with workspace.atomic():
        figures.write(workspace, "r", "u", {"land_owned": given("2")})
    assert count(workspace) == 1


def test_an_act_inside_an_act_can_fail_alone(workspace: Workspace) -> None:
    def inner() -> None:
        with workspace.atomic():
            workspace.set_meta({"inner": "1"})
            raise RuntimeError("inner")

    with workspace.atomic():
        workspace.set_meta({"before": "1"})
        with pytest.raises(RuntimeError, match="inner"):
            inner()
        workspace.set_meta({"after": "1"})
    assert [workspace.meta(key) for key in ("before", "inner", "after")] == ["1", "", "1"]


def test_an_outer_act_that_fails_takes_the_inner_one_back(workspace: Workspace) -> None:
    def outer() -> None:
        with workspace.atomic():
            with workspace.atomic():
                workspace.set_meta({"inner": "1"})
            raise RuntimeError("outer")

    with pytest.raises(RuntimeError, match="outer"):
        outer()
    assert workspace.meta("inner") == ""


def test_what_the_database_refuses_is_a_plain_error(workspace: Workspace) -> None:
    with pytest.raises(KnownError) as caught:
        workspace.rows("SELECT * FROM nothing")
    assert caught.value.status is ExitStatus.STORAGE
    assert workspace.row("SELECT 1 AS a WHERE 0") is None


HOSTILE = ["'; DROP TABLE meta; --", '"', "\\", "%", "?", ":a", "{}", "NULL", "\0", "\u202e", "😀", "", "a\r\nb"]


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_values_and_never_sql(workspace: Workspace, text: str) -> None:
    with workspace.atomic():
        workspace.set_meta({text: text, "k": text})
        figures.write(workspace, text, text, {text: given("1", text)})
    assert workspace.meta(text) == workspace.meta("k") == text
    assert figures.read(workspace, text, text) == {text: given("1", text)}
    assert database_problem(workspace) == ""


@pytest.mark.parametrize("text", ["\ud800", "证\udcff.pdf", "a\udc80"])
def test_half_characters_are_refused_in_plain_words_and_change_nothing(workspace: Workspace, text: str) -> None:
    """File names of another encoding and broken pastes carry them; no encoding can keep them."""

    def keep() -> None:
        with workspace.atomic():
            workspace.set_meta({"a": "b"})
            figures.explain(workspace, "r", "u", "L01", text)

    with pytest.raises(KnownError) as caught:
        keep()
    assert (caught.value.code, caught.value.status) == ("bad_text", ExitStatus.REFUSED)
    assert workspace.meta("a") == ""
    with pytest.raises(KnownError, match="损坏的字符"):
        figures.read(workspace, "r", text)


# Restore points


def test_a_restore_point_is_a_whole_copy_of_that_moment(workspace: Workspace) -> None:
    with workspace.atomic():
        workspace.set_meta({"a": "before"})
    point = workspace.restore_point("before-test")
    with workspace.atomic():
        workspace.set_meta({"a": "after"})
    assert point.parent == workspace.folder / "restore-points"
    assert point.name.endswith("-before-test.db")
    with closing(sqlite3.connect(point)) as copy:
        assert copy.execute("SELECT value FROM meta WHERE key = 'a'").fetchone() == ("before",)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_ten_restore_points_are_kept_the_newest_ones(workspace: Workspace) -> None:
    made_points = [workspace.restore_point(f"n{at}") for at in range(13)]
    kept = sorted((workspace.folder / "restore-points").iterdir())
    assert kept == made_points[3:]


def test_a_clock_set_back_never_costs_the_restore_point_just_made(workspace: Workspace) -> None:
    folder = workspace.folder / "restore-points"
    for at in range(12):
        (folder / f"2099010{at % 10}T0000{at:02}000000-future.db").write_bytes(b"x")
    point = workspace.restore_point("now")
    assert point.is_file()
    assert len(list(folder.iterdir())) == 10


def test_a_folder_that_went_missing_is_made_again(workspace: Workspace) -> None:
    (workspace.folder / "restore-points").rmdir()
    assert workspace.restore_point("x").is_file()


def test_a_restore_point_that_cannot_be_written_is_a_storage_error(workspace: Workspace) -> None:
    (workspace.folder / "restore-points").rmdir()
    (workspace.folder / "restore-points").write_text("in the way")
    with pytest.raises(KnownError) as caught:
        workspace.restore_point("x")
    assert caught.value.status is ExitStatus.STORAGE


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
def test_a_restore_point_on_a_full_disk_leaves_no_half_copy(workspace: Workspace) -> None:
    with full_disk(20_000), pytest.raises(KnownError) as caught:
        workspace.restore_point("x")
    assert caught.value.status is ExitStatus.STORAGE
    assert not list((workspace.folder / "restore-points").iterdir())
    assert workspace.restore_point("x").is_file()


# Disk trouble


def limited(workspace: Workspace, more: int) -> None:
    """Let the database grow by a few pages only."""
    (pages,) = workspace.connection.execute("PRAGMA page_count").fetchone()
    workspace.connection.execute(f"PRAGMA max_page_count = {pages + more}").fetchone()


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_full_database_loses_nothing_and_works_again(workspace: Workspace, more: int, nested: bool) -> None:
    with workspace.atomic():
        figures.write(workspace, "r", "u", {f"f{at}": given(str(at)) for at in range(50)})
    before = figures.read(workspace, "r", "u")
    head = journal.head(workspace)
    limited(workspace, more)

    def large() -> None:
        with workspace.atomic():
            if nested:
                with workspace.atomic():
                    figures.write(workspace, "r", "u", {f"g{at}": given(str(at)) for at in range(600)})
            else:
                figures.write(workspace, "r", "u", {f"g{at}": given(str(at)) for at in range(600)})

    with pytest.raises(KnownError, match="磁盘已满") as caught:
        large()
    assert (caught.value.status, caught.value.code) == (ExitStatus.STORAGE, "storage")
    assert figures.read(workspace, "r", "u") == before
    assert journal.head(workspace) == head
    assert not workspace.connection.in_transaction
    limited(workspace, 100_000)
    large()
    assert len(figures.read(workspace, "r", "u")) == 650
    assert journal.broken_at(workspace) is None
    assert database_problem(workspace) == ""


@pytest.mark.skipif(os.name != "posix", reason="limits of the system")
def test_a_disk_that_refuses_to_write_loses_nothing(workspace: Workspace) -> None:
    with workspace.atomic():
        figures.write(workspace, "r", "u", {"a": given("1")})
    size = (workspace.folder / DATABASE).stat().st_size

    def large() -> None:
        with workspace.atomic():
            figures.write(workspace, "r", "u", {f"g{at}": given(str(at)) for at in range(600)})

    with full_disk(size), pytest.raises(KnownError) as caught:
        large()
    assert caught.value.status is ExitStatus.STORAGE
    assert figures.read(workspace, "r", "u") == {"a": given("1")}
    large()
    folder = workspace.folder
    workspace.close()
    with open_workspace(folder) as again:
        assert len(figures.read(again, "r", "u")) == 601
        assert database_problem(again) == ""


def test_a_school_with_a_full_database_keeps_what_it_had(city: City) -> None:
    school = city.school()
    limited(school, 0)

    def typing() -> None:
        for at in range(2000):
            set_figures(school, {"students_ft": str(at + 1)})

    with pytest.raises(KnownError, match="磁盘已满"):
        typing()
    limited(school, 1000)
    last = figures.read(school, school.rows("SELECT id FROM round")[0]["id"], school.owner)["students_ft"]
    (row,) = journal.of_field(school, school.owner, "declared.this.students_ft", limit=1)
    assert figures.from_plain(row["new"]) == last
    assert journal.broken_at(school) is None


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ExitStatus.STORAGE, "磁盘已满"),
        (driver.DatabaseError("database or disk is full"), ExitStatus.STORAGE, "磁盘已满"),
        (driver.DatabaseError("database is locked"), ExitStatus.BUSY, "另一个窗口"),
        (driver.DatabaseError("attempt to write a readonly database"), ExitStatus.STORAGE, "不能写入"),
        (driver.DatabaseError("unable to open database file"), ExitStatus.STORAGE, "不能写入"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/full/locked"), ExitStatus.STORAGE, "不能写入"),
        (OSError(errno.EROFS, "Read-only file system"), ExitStatus.STORAGE, "不能写入"),
        (OSError(errno.EIO, "Input/output error", "/home/full/locked/x"), ExitStatus.STORAGE, "读写出错"),
        (driver.DatabaseError("database disk image is malformed"), ExitStatus.STORAGE, "读写出错"),
        (OSError("no number"), ExitStatus.STORAGE, "no number"),
    ],
)
def test_every_trouble_has_its_sentence_whatever_the_folder_is_called(
    error: Exception, status: ExitStatus, words: str
) -> None:
    found = storage_trouble(Path("/数据/full {x} locked"), error)
    assert found.status is status
    assert words in found.sentence
    assert "/数据/full {x} locked" in found.sentence


# Sudden death


WRITER = """
import sys
from pathlib import Path
from vetdesk.models.records.facts import given
from vetdesk.models.store import evidence, figures
from vetdesk.models.store.workspace import open_workspace

folder, start = Path(sys.argv[1]), int(sys.argv[2])
workspace = open_workspace(folder)
source = folder.parent / "source.pdf"
for number in range(start, start + 100_000):
    source.write_bytes(b"%PDF-" + str(number).encode())
    sha256, size, mime = evidence.store_file(workspace, source)
    with workspace.atomic():
        figures.write(workspace, "r", f"u{number % 7}", {f"a{number}": given(str(number)), f"b{number}": given("1")})
        figures.write(workspace, "r", "last", {"n": given(str(number))})
        evidence.record(workspace, sha256, size, mime)
        evidence.use(workspace, "r", "u", sha256, indicator="i", label=str(number))
    print("ACK", number, flush=True)
"""


def killed(folder: Path, start: int, delay: float) -> int:
    """Let a process write, kill it a moment after its first acknowledgement. Returns the last acknowledged number."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(start)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        assert process.wait() == -signal.SIGKILL, process.stderr.read()
    lines = [line for line in (first + rest).split("\n")[:-1] if line]
    assert lines[0] == f"ACK {start}"
    return int(lines[-1].removeprefix("ACK "))


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_every_acknowledged_write_survives_a_kill(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    moments = random.Random(20261123)
    acknowledged = 0
    for _turn in range(10):
        acknowledged = killed(folder, acknowledged + 1, moments.uniform(0, 0.12))
        assert (folder / "opened.json").exists()
        with open_workspace(folder) as workspace:
            found: dict[str, str] = {}
            for unit in range(7):
                found |= {name: each.text for name, each in figures.read(workspace, "r", f"u{unit}").items()}
            last = int(figures.read(workspace, "r", "last")["n"].text)
            assert last in (acknowledged, acknowledged + 1)  # one act may have ended unheard
            assert found == {f"a{at}": str(at) for at in range(1, last + 1)} | {
                f"b{at}": "1" for at in range(1, last + 1)
            }
            used = {each.label: each.sha256 for each in evidence.used(workspace, "r", "u")}
            assert used == {
                str(at): hashlib.sha256(b"%PDF-" + str(at).encode()).hexdigest() for at in range(1, last + 1)
            }
            for sha256 in used.values():
                assert evidence.sha256_of(evidence.path_of(workspace, sha256)) == sha256
            assert evidence.missing_files(workspace) == []
            assert journal.broken_at(workspace) is None
            assert database_problem(workspace) == ""
        acknowledged = last
    assert acknowledged > 20


def test_what_is_kept_is_made_again_after_a_write_and_never_inside_an_act(workspace: Workspace) -> None:
    def name() -> str:
        return workspace.kept("name", lambda: workspace.meta("name"))

    first = name()

    def fail() -> None:
        with workspace.atomic():
            workspace.set_meta({"name": "乙"})
            assert name() == "乙"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert name() == first
    with workspace.atomic():
        workspace.set_meta({"name": "丙"})
    assert name() == "丙"
    asked: list[int] = []
    workspace.kept("count", lambda: asked.append(1))
    workspace.kept("count", lambda: asked.append(1))
    assert asked == [1]
