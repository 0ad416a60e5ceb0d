"""The log of a run: what a terminal would show of it, bounded and numbered."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from funcnodes_jupyter.core.nodelog import CHARACTERS, LINE_CHARACTERS, LINES, Line, NodeLog


def texts(log: NodeLog) -> list[str]:
    return [line.text for line in log]


@pytest.mark.parametrize(
    ("writes", "expected"),
    [
        ((), []),
        (("a", "\n"), ["a"]),
        (("a\nb\n",), ["a", "b"]),
        (("\n", "a\n"), ["", "a"]),
        (("a", " b"), ["a b"]),
        (("a", " b", "\nc"), ["a b", "c"]),
        (("a\r\nb\r\n",), ["a", "b"]),
        (("a\r", "\nb"), ["a", "b"]),
        (("abc\rX\n",), ["Xbc"]),
        (("abc\r", "X", "Y", "Z!"), ["XYZ!"]),
        (("abc\b\bX\n",), ["aXc"]),
        (("\b\ba\n",), ["a"]),
        (("100 steps\r\x1b[Kdone\n",), ["done"]),
        (("abcdef\rabc\x1b[K\n",), ["abc"]),
        (("abcdef\x1b[2K\rx\n",), ["x"]),
        (("\x1b[1;31mred\x1b[0m and plain\n",), ["red and plain"]),
        (("\x1b[38;5;1", "96mpink\x1b", "[0m\n"), ["pink"]),
        (("\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link\n",), ["textlink"]),
        (("bell\x07, null\x00, tab\t.\n",), ["bell, null, tab\t."]),
        (("45% of the data are missing\n",), ["45% of the data are missing"]),
        (("grün → ✓\n",), ["grün → ✓"]),
    ],
)
def test_what_a_terminal_shows(writes: tuple[str, ...], expected: list[str]) -> None:
    log = NodeLog()
    for text in writes:
        log.write(text)
    assert texts(log) == expected
    assert log.first == 0
    assert log.bars.take() is None


@pytest.mark.parametrize("seed", range(20))
def test_it_does_not_matter_how_it_is_cut(seed: int) -> None:
    whole = "one\ntwo\x1b[31m red\x1b[0m\r\nabc\rX\n\x1b]0;t\x1b\\three\b\b.\nlast"
    chance = random.Random(seed)
    log = NodeLog()
    rest = whole
    while rest:
        cut = chance.randint(1, 4)
        log.write(rest[:cut])
        rest = rest[cut:]
    assert texts(log) == ["one", "two red", "Xbc", "thr.e", "last"]


def test_an_unfinished_line_goes_on_and_gives_way_to_others() -> None:
    log = NodeLog()
    log.write("loading ")
    assert texts(log) == ["loading "]
    log.add("warning", "UserWarning: slow (line 3)")
    log.write("done\n")
    log.add("log", "ERROR a: b\nTraceback")
    assert list(log) == [
        Line("print", "loading "),
        Line("warning", "UserWarning: slow (line 3)"),
        Line("print", "done"),
        Line("log", "ERROR a: b"),
        Line("log", "Traceback"),
    ]


def test_the_last_lines_are_kept_and_numbered() -> None:
    log = NodeLog()
    for number in range(1000):
        log.write(f"{number}\n")
    log.write("open")
    assert len(log) == LINES
    assert texts(log) == [*map(str, range(1000 - LINES + 1, 1000)), "open"]
    assert log.first == 1000 - LINES + 1


def test_characters_are_bounded() -> None:
    log = NodeLog()
    for _ in range(100):
        log.write("x" * 1500 + "\n")
    assert len(log) == CHARACTERS // 1500
    assert log.first == 100 - len(log)


@pytest.mark.parametrize("size", [1, 7, 5_000])
def test_a_long_line_is_cut(size: int) -> None:
    log = NodeLog()
    for _ in range(5_000 // size):
        log.write("x" * size)
    log.write("\nnext\n")
    log.add("log", "y" * 5_000)
    cut, following, logged = texts(log)
    assert cut == "x" * (LINE_CHARACTERS - 1) + "…"
    assert following == "next"
    assert logged == "y" * (LINE_CHARACTERS - 1) + "…"


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_a_flood_in_one_text_is_counted(count: int) -> None:
    log = NodeLog()
    log.write("before\nopen ")
    log.write("".join(f"line {number}\n" for number in range(count)))
    assert texts(log) == [f"line {number}" for number in range(count - LINES, count)]
    assert log.first == 1 + count - LINES


def test_one_endless_line() -> None:
    log = NodeLog()
    log.write("a\n" + "x" * 1_000_000)
    assert texts(log)[-1] == "x" * (LINE_CHARACTERS - 1) + "…"
    assert log.first + len(log) == 2


def test_changes_are_counted() -> None:
    log = NodeLog()
    seen = [log.changes]
    for text in ("", "a", "\x1b[0m", "\r", "a", "b", "\n"):
        log.write(text)
        seen.append(log.changes)
    assert [after != before for before, after in pairwise(seen)] == [
        False, True, False, False, False, True, True,
    ]  # fmt: skip
