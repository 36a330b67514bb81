"""Limits of a package, in one place (reliability 3.2). Sizes in bytes."""

MIB = 1024 * 1024
MANIFEST = 4 * MIB
SIGNATURE = 100
DATA = 32 * MIB
ONE_FILE = 200 * MIB
PACKAGE = 1536 * MIB
FILES = 5000
LABEL = 200
TEXT = 20_000
TABLE = 200_000
SEQUENCE_JUMP = 1000
BLOCK = MIB
