"""The journal: what was appended is read, and of what was only begun nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from funcnodes_jupyter.worker.journal import Journal, read_journal

RECORDS = [b'{"first":1}', b'{"second":"a longer one"}', b"{}"]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "journal")
    made.start(RECORDS[:1])
    for record in RECORDS[1:]:
        made.append(record)
    return made


def read(journal: Journal) -> tuple[list[Any], int, bool]:
    found = read_journal(journal.path, json.loads)
    assert found is not None
    return found.records, found.length, found.damaged


def test_what_was_appended_is_read(journal: Journal) -> None:
    assert read(journal) == ([json.loads(record) for record in RECORDS], journal.length, False)
    assert journal.path.stat().st_size == journal.length


def test_where_no_journal_is_none_is_found(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "journal", json.loads) is None


@pytest.mark.parametrize("record", RECORDS, ids=["longer", "as long", "shorter"])
def test_what_a_kill_left_behind_is_cut_off_before_the_next_record(journal: Journal, record: bytes) -> None:
    with journal.path.open("ab") as file:
        file.write(b"0123abcd " + RECORDS[1])
    known, length, damaged = read(journal)
    assert (length, damaged) == (journal.length, False)
    again = Journal(journal.path, length)
    again.append(record)
    assert read(again) == ([*known, json.loads(record)], again.length, False)


def test_a_byte_that_is_another_is_seen_wherever_it_is(journal: Journal) -> None:
    whole = journal.path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for place in range(len(whole)):
        for bit in (0x01, 0x20, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= bit
            journal.path.write_bytes(damaged)
            intact = [end for end in ends if end <= place]
            records, length, is_damaged = read(journal)
            assert (len(records), length) == (len(intact), max(intact, default=0))
            assert is_damaged or place == len(whole) - 1  # of the last line's end it may be that it was never written


def test_what_is_no_record_ends_it(journal: Journal) -> None:
    length = journal.length
    journal.append(b"no JSON")
    journal.append(RECORDS[0])
    assert read(journal) == ([json.loads(record) for record in RECORDS], length, True)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from funcnodes_jupyter.worker.journal import Journal

path = Path(sys.argv[1])
journal = Journal(path, path.stat().st_size)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for room in range(40):
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.length + room, hard))
    try:
        journal.append(b'{"more":"%d"}' % room)
    except OSError as error:
        print(room, error.strerror, path.stat().st_size == journal.length)
"""


def test_of_a_record_that_finds_no_room_nothing_is_left(journal: Journal) -> None:
    """The system itself cuts the write off, at every byte."""
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(journal.path)], capture_output=True, text=True, check=True
    )
    refused = [line.split(maxsplit=1) for line in run.stdout.splitlines()]
    assert [int(room) for room, _ in refused] == list(range(len(refused)))
    assert {said for _, said in refused} == {"File too large True"}
    found = read_journal(journal.path, json.loads)
    assert found is not None
    written = [record["more"] for record in found.records if "more" in record]
    assert written == [str(room) for room in range(len(refused), 40)]
    assert written
