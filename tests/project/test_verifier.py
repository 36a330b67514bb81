"""The verifier that stands alone: right about every test vector, bounded in time and memory, never a traceback."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.data.packages import make
from vetdesk.models.records.places import RESOURCES
from vetdesk.models.sync.codes import key_digits, short_code

VERIFIER = RESOURCES / "verifier" / "verify_package.py"
VECTORS = Path(make.__file__).parent
CASES: list[dict[str, str]] = json.loads((VECTORS / make.CASES).read_text(encoding="utf-8"))
SUBMISSION = "ok-submission.vdpkg"
MEMORY = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as stream:
        sys.stderr.write(next(line.split()[1] for line in stream if line.startswith("VmHWM")))
"""


def run(*words: str | Path, folder: Path = VECTORS) -> subprocess.CompletedProcess[str]:
    """The verifier in a process that can import nothing but the standard library."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *map(str, words)],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def verdicts(output: str) -> list[tuple[str, str]]:
    """File and verdict of every first line of an answer."""
    words = [line.split(" ", 2) for line in output.splitlines() if not line.startswith(" ")]
    return [(" ".join(each[1:]), "ok") if each[0] == "OK" else (each[2], each[1]) for each in words]


@pytest.fixture(scope="module")
def answer() -> subprocess.CompletedProcess[str]:
    """What it says of all vectors, asked in one go."""
    return run(*(each["file"] for each in CASES))


# The vectors


def test_the_vectors_are_what_their_script_makes() -> None:
    found = {each.name: each.read_bytes() for each in VECTORS.iterdir() if each.is_file()}
    made = make.all_cases()

    assert len({each.file for each in made}) == len(made)
    assert set(found) == {each.file for each in made} | {make.CASES, "make.py", "README.md"}
    assert [each.file for each in made if found[each.file] != each.data] == []
    assert (VECTORS / make.CASES).read_text(encoding="utf-8") == make.table_of(made)


def test_the_vectors_stay_small_and_have_every_verdict() -> None:
    assert sum(each.stat().st_size for each in VECTORS.iterdir()) < 1_000_000
    assert {each["verdict"] for each in CASES} == {
        "ok", "not_ours", "archive", "encrypted", "truncated", "too_large", "altered", "bad_signature", "malformed",
        "newer",
    }  # fmt: skip


def test_every_vector_gets_its_verdict(answer: subprocess.CompletedProcess[str]) -> None:
    assert verdicts(answer.stdout) == [(each["file"], each["verdict"]) for each in CASES]


def test_there_is_no_traceback_and_one_refused_file_decides_the_status(
    answer: subprocess.CompletedProcess[str],
) -> None:
    assert answer.stderr == ""
    assert answer.returncode == 1


def test_only_good_files_end_with_0() -> None:
    done = run(*(each["file"] for each in CASES if each["verdict"] == "ok"))

    assert done.returncode == 0
    assert "REFUSED" not in done.stdout


def test_every_refusal_has_one_plain_sentence(answer: subprocess.CompletedProcess[str]) -> None:
    lines = answer.stdout.splitlines()
    sentences = [after for line, after in itertools.pairwise(lines) if line.startswith("REFUSED")]

    assert len(sentences) == sum(each["verdict"] != "ok" for each in CASES)
    assert [each for each in sentences if not (each.startswith("    ") and each.endswith("."))] == []


# What it prints, and how it is called


def test_what_it_says_of_a_good_package() -> None:
    data = (VECTORS / SUBMISSION).read_bytes()
    body = data[43 : data.index(b"PK\x03\x04", 4)]

    assert run(SUBMISSION).stdout.splitlines() == [
        "OK ok-submission.vdpkg",
        "    kind      submission",
        "    issuer    school 3641990001",
        "    sequence  1",
        f"    code      {short_code(hashlib.sha256(body).hexdigest())}",
        f"    key       {key_digits(make.public(make.OWN))}",
        "    files     4",
        f"    size      {len(data)} bytes",
    ]


def test_a_signer_can_be_required() -> None:
    own, stranger = make.public(make.OWN), make.public(make.STRANGER)

    assert run("--key", own.hex(), SUBMISSION).returncode == 0
    assert run("--key", own.hex().upper(), SUBMISSION).returncode == 0
    assert run("--key", key_digits(own), SUBMISSION).returncode == 0
    for key in (stranger.hex(), key_digits(stranger).replace(" ", "-")):
        done = run("--key", key, SUBMISSION)
        assert done.returncode == 1
        assert verdicts(done.stdout) == [(SUBMISSION, "unknown_sender")]


@pytest.mark.parametrize(
    "words", [(), ("--key", "", SUBMISSION), ("--key", "123", SUBMISSION), ("--what", SUBMISSION), ("--key", "0" * 64)]
)
def test_a_wrong_call_ends_with_2(words: tuple[str, ...]) -> None:
    done = run(*words)

    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


# Files that are none, names that are strange


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    names = [".", "missing.vdpkg", "n" * 300, "no/such/folder.vdpkg", SUBMISSION + "/x", ""]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.vdpkg")
        names += ["pipe.vdpkg", "/dev/zero"]
    (tmp_path / SUBMISSION).write_bytes((VECTORS / SUBMISSION).read_bytes())

    done = run(*names, SUBMISSION, folder=tmp_path)

    assert verdicts(done.stdout) == [*((name, "unreadable") for name in names), (SUBMISSION, "ok")]
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="such names cannot be there")
def test_names_and_texts_cannot_command_a_terminal(tmp_path: Path) -> None:
    issuer = {"role": "school", "id": "\x1b[2J\u202e\x9b学校"}
    (tmp_path / "a\x1b[2J\nOK b.vdpkg").write_bytes(make.signed(make.written(make.manifest(issuer=issuer))))
    (tmp_path / os.fsdecode(b"\xff.vdpkg")).write_bytes(b"")
    names = [each.name for each in tmp_path.iterdir()]

    done = run(*names, folder=tmp_path)
    plain = subprocess.run(
        [sys.executable, "-S", str(VERIFIER), "没有.vdpkg"],
        env={"PYTHONIOENCODING": "ascii"}, capture_output=True, check=False,
    )  # fmt: skip

    assert "OK a\\u001b[2J\\u000aOK b.vdpkg\n" in done.stdout
    assert "school \\u001b[2J\\u202e\\u009b学校\n" in done.stdout
    assert "REFUSED not_ours \\udcff.vdpkg\n" in done.stdout
    assert done.stderr == ""
    assert plain.stdout.startswith(rb"REFUSED unreadable \u6ca1\u6709.vdpkg")


# Time and memory


def large_cases() -> dict[str, tuple[str, bytes]]:
    """Packages at the limits and manifests of hostile insiders, too large for the folder of vectors."""
    label = "\U0001f3eb" * 145
    blobs = [(f"blobs/{make.sha256(b'%d' % each)}", b"%d" % each) for each in range(5000)]
    entries = [make.listed(name, content, label) for name, content in blobs]
    body = make.written(make.manifest(files=[make.listed("data.json", b""), *entries[:4999]]))
    too_many = make.written(make.manifest(files=[make.listed("data.json", b""), *entries]))
    contents = [("data.json", b""), *blobs]

    def hostile(value: bytes, key: bytes = b'"absent":', old: bytes = b"[]") -> bytes:
        assert key + old in make.WHOLE_BODY
        return make.signed(make.WHOLE_BODY.replace(key + old, key + value))

    fill = 4 * make.MIB - 2000
    return {
        "most-files.vdpkg": ("ok", make.signed(body, contents[:5000])),
        "one-file-more.vdpkg": ("malformed", make.signed(too_many, contents)),
        "deep.vdpkg": ("malformed", hostile(b"[" * fill)),
        "wide.vdpkg": ("malformed", hostile(b"[" + b"[]," * (fill // 3) + b"[]]")),
        "digits.vdpkg": ("malformed", hostile(b"9" * fill, b'"seq":', b"1")),
        "escapes.vdpkg": ("malformed", hostile(b'"' + b"\\n" * (fill // 2), b'"prev":', b'"')),
        "long-text.vdpkg": ("malformed", hostile(b'["' + b"\xf0\x9f\x98\x80" * (fill // 4) + b'"]')),
        "spaces.vdpkg": ("malformed", hostile(b"[]" + b" " * fill)),
        "beyond.vdpkg": ("altered", make.signed(make.WHOLE_BODY + b" " * 4 * make.MIB)),
    }


def big_package(target: Path, size: int) -> None:
    """A package with a blob of zeros, a sparse file where the system has such."""
    digest, crc, block = hashlib.sha256(), 0, bytes(make.MIB)
    for _ in range(size // make.MIB):
        digest.update(block)
        crc = zlib.crc32(block, crc)
    name = f"blobs/{digest.hexdigest()}"
    entry = {"name": name, "size": size, "sha256": digest.hexdigest(), "crc": crc, "label": "zeros"}
    body = make.written(make.manifest(files=[make.listed("data.json", b""), entry]))
    signature = make.mark(make.public(make.OWN), make.signature(make.pae(body)))
    parts = make.members(body, signature, [("data.json", b"")])
    # The content is not there while the container is made; the places behind it are then moved.
    whole = make.container([*parts, make.Member(name, b"", crc=crc, size=size, packed=b"")])
    start = whole.index(b"PK\x01\x02")
    head, directory, end = whole[:start], whole[start:-22], whole[-22:]
    with target.open("wb") as stream:
        stream.write(head)
        stream.seek(size, os.SEEK_CUR)
        stream.write(directory + end[:16] + (start + size).to_bytes(4, "little") + end[20:])


def test_large_and_hostile_files_need_little_time_and_memory(tmp_path: Path) -> None:
    cases = large_cases()
    for name, (_verdict, data) in cases.items():
        (tmp_path / name).write_bytes(data)
    big_package(tmp_path / "big.vdpkg", 96 * make.MIB)
    (tmp_path / "sparse.vdpkg").touch()
    os.truncate(tmp_path / "sparse.vdpkg", 1536 * make.MIB + 1)
    wanted = [*((name, verdict) for name, (verdict, _data) in cases.items()), ("big.vdpkg", "ok")]
    wanted.append(("sparse.vdpkg", "too_large"))
    linux = sys.platform == "linux"
    before = ["-c", MEMORY] if linux else []

    done = subprocess.run(
        [sys.executable, "-I", "-S", *before, str(VERIFIER), *(name for name, _verdict in wanted)],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip

    assert verdicts(done.stdout) == wanted
    assert done.stderr.isdigit() if linux else done.stderr == ""
    assert not linux or int(done.stderr) < 64 * 1024


# The file itself


def test_it_is_short_and_needs_only_the_standard_library_of_python_3_9() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    found = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }

    assert len(text.splitlines()) < 300
    assert found <= sys.stdlib_module_names
