"""How far a node is: bars of its own, and bars that are only text."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
from tqdm import tqdm, trange
from tqdm.auto import tqdm as auto_tqdm

from funcnodes_jupyter.core import progress as progress_module
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.facts import Fact, NodeProgressed
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodelog import NodeLog
from funcnodes_jupyter.core.progress_text import parse_progress

# --- a node's own bar -----------------------------------------------------------------------------


def reports(function: Callable[[Node], Any]) -> list[tuple[float | None, str]]:
    """What a node reports whose function this is."""

    async def story() -> list[tuple[float | None, str]]:
        def body(node: Node) -> None:
            function(node)

        node = NodeDecorator("p.node")(body)(trigger_on_create=False)
        told: list[tuple[float | None, str]] = []

        def observe(fact: Fact) -> None:
            if isinstance(fact, NodeProgressed):
                told.append((fact.fraction, fact.text))

        node.engine.subscribe(observe)
        await node
        return told

    return asyncio.run(asyncio.wait_for(story(), 10))


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each update is reported."""
    monkeypatch.setattr(progress_module, "REPORT_SECONDS", 0.0)


def heads(told: list[tuple[float | None, str]]) -> list[tuple[float | None, str]]:
    return [(fraction, text.partition(" · ")[0]) for fraction, text in told]


def test_few_reports_and_always_the_last() -> None:
    told = reports(lambda node: list(node.progress(range(5000), desc="step", unit="rows")))
    assert told[0] == (0.0, "step 0 of 5,000 rows")
    assert told[-1][0] == 1.0
    assert told[-1][1].startswith("step 5,000 of 5,000 rows · ")
    assert "rows/s" in told[-1][1]
    assert len(told) < 100


@pytest.mark.usefixtures("every")
def test_each_step_with_rate_and_time_left() -> None:
    told = reports(lambda node: list(node.progress("ab")))
    assert heads(told) == [(0.0, "0 of 2 it"), (0.5, "1 of 2 it"), (1.0, "2 of 2 it"), (1.0, "2 of 2 it")]
    assert told[1][1].endswith(" left")


def test_an_unknown_total() -> None:
    told = reports(lambda node: list(node.progress(iter("abc"), unit="letters")))
    assert heads(told) == [(None, "0 letters"), (None, "3 letters")]


def test_by_hand() -> None:
    def work(node: Node) -> None:
        with node.progress(total=10, desc="load") as bar:
            bar.update(4)
            bar.set_description("still loading")
            bar.total = 8
            bar.refresh()
            bar.set_postfix({"loss": 0.12345}, step=3)
            bar.update()

    told = reports(work)
    assert heads(told) == [
        (0.0, "load 0 of 10 it"),
        (0.5, "still loading 4 of 8 it"),
        (0.625, "still loading 5 of 8 it"),
    ]
    assert told[-1][1].endswith(" · loss=0.123, step=3")


@pytest.mark.usefixtures("every")
def test_the_outermost_is_shown_and_then_the_next() -> None:
    def work(node: Node) -> None:
        for _ in node.progress(range(2), desc="outer"):
            list(node.progress(range(3), desc="inner"))
        list(node.progress(range(1), desc="after"))

    assert {text.split()[0] for _, text in reports(work)[:4]} == {"outer"}
    assert [text.split()[0] for _, text in reports(work)][-3:] == ["after"] * 3


@pytest.mark.usefixtures("every")
def test_a_bar_that_was_left_makes_room() -> None:
    def work(node: Node) -> None:
        for _ in node.progress(range(10), desc="left"):
            break
        node.progress(total=3, desc="forgotten").update()
        list(node.progress(range(1), desc="after"))

    shown = [text.split()[0] for _, text in reports(work)]
    assert shown == ["left"] * 2 + ["forgotten"] * 2 + ["after"] * 3


def test_a_call_that_is_no_run_shows_nothing() -> None:
    def body(node: Node) -> int:
        return len(list(node.progress(range(3))))

    node = NodeDecorator("p.called")(body)(trigger_on_create=False)
    assert node.function() == 3
    assert node.progress_state is None


def test_a_bar_without_an_iterable_is_not_iterated_over() -> None:
    node = NodeDecorator("p.empty")(lambda: None)(trigger_on_create=False)
    with pytest.raises(TypeError, match="nothing to iterate"):
        list(node.progress(total=3))


# --- one line of text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fraction", "text"),
    [
        ("desc:  45%|████▌     | 45/100 [00:04<00:05, 10.0it/s]", 0.45, "desc 45 of 100 · 10.0it/s · 00:05 left"),
        (" 45%|####5     | 451/1000 [00:04<00:05, 10.0it/s]   ", 0.451, "451 of 1000 · 10.0it/s · 00:05 left"),
        ("  0%|          | 0/3 [00:00<?, ?it/s]", 0.0, "0 of 3"),
        ("a: b:  50%|█████     | 1/2 [00:01<00:01,  1.20s/it, loss=0.1]", 0.5, "a: b 1 of 2 · 1.20s/it · 00:01 left · loss=0.1"),
        (" 50%|█████     | 5.00M/10.0M [00:01<00:01, 5.00MB/s]", 0.5, "5.00M of 10.0M · 5.00MB/s · 00:01 left"),
        ("100%|██████████| 2/2 [00:00<00:00, 20.00it/s]", 1.0, "2 of 2 · 20.00it/s · 00:00 left"),
        ("45it [00:04, 10.0it/s]", None, "45 it · 10.0it/s"),
        ("rows: 1.5Mrows [00:04, 10.0rows/s]", None, "rows 1.5M rows · 10.0rows/s"),
        ("0it [00:00, ?it/s]", None, "0 it"),
        ("Downloading 45 %", 0.45, "Downloading 45 %"),
        ("[=====>    ] 45.5% done", 0.455, "45.5% done"),
    ],
)  # fmt: skip
def test_lines_that_show_progress(line: str, fraction: float | None, text: str) -> None:
    bar = parse_progress(line)
    assert bar is not None
    assert (bar.fraction, bar.text) == (pytest.approx(fraction) if fraction is not None else None, text)


@pytest.mark.parametrize(
    "line", ["", "a line", "[1, 2, 3]", "120% sure", "x%5", "%d", "45it", "[00:04]", "x" * 600 + " 45%"]
)
def test_lines_that_do_not(line: str) -> None:
    assert parse_progress(line) is None


# --- tqdm as it is ----------------------------------------------------------------------------------


class Written(io.StringIO):
    """What a run writes goes into its log, and the bar's states are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.log = NodeLog()
        self.shown: list[tuple[float | None, str]] = []

    def write(self, text: str) -> int:
        self.log.write(text)
        bar = self.log.bars.take()
        if bar is not None:
            self.shown.append((bar.fraction, bar.text))
        return len(text)

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.log]

    @property
    def counts(self) -> list[str]:
        return [text.partition(" · ")[0] for _, text in self.shown]


def written_by(function: Callable[[], object]) -> Written:
    made = Written()
    with redirect_stdout(made), redirect_stderr(made):
        function()
    return made


@pytest.mark.parametrize("bars", [tqdm, auto_tqdm])
def test_tqdm_is_progress_and_no_line(bars: Any) -> None:
    def work() -> None:
        print("before")
        for _ in bars(range(3), desc="x", mininterval=0):
            pass
        print("after")

    written = written_by(work)
    assert written.counts == ["x 0 of 3", "x 1 of 3", "x 2 of 3", "x 3 of 3", "x 3 of 3"]
    assert written.lines == ["before", "after"]


def test_an_unknown_total_of_tqdm() -> None:
    written = written_by(lambda: list(tqdm(iter("abc"), mininterval=0)))
    assert written.counts[0] == "0 it"
    assert written.counts[-1] == "3 it"
    assert {fraction for fraction, _ in written.shown} == {None}
    assert written.lines == []


@pytest.mark.parametrize("leave", [True, False, None])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("mininterval", [0, 0.1])
def test_of_nested_ones_the_outermost(leave: bool | None, named: bool, mininterval: float) -> None:
    def work() -> None:
        with tqdm(total=3, desc="outer" if named else None, mininterval=0) as outer:
            for _ in range(3):
                for _ in tqdm(range(3), desc="inner" if named else None, leave=leave, mininterval=mininterval):
                    for _ in trange(2, desc="innermost" if named else None, leave=leave, mininterval=mininterval):
                        pass
                outer.update()

    written = written_by(work)
    name = "outer " if named else ""
    # Where nothing but its place tells an outer bar's end from an inner one's, it is not shown.
    assert list(dict.fromkeys(written.counts)) == [f"{name}{count} of 3" for count in range(3 + named)]
    assert written.lines == []


def test_one_bar_after_another() -> None:
    def work() -> None:
        for letter in "ab":
            for count in tqdm(range(4), desc=letter, mininterval=0):
                if letter == "a" and count == 2:
                    break

    written = written_by(work)
    assert written.counts[-1] == "b 4 of 4"
    assert "a 2 of 4" in written.counts
    assert written.lines == []


def test_descriptions_change() -> None:
    def work() -> None:
        with tqdm(total=2, mininterval=0) as bar:
            for step in range(2):
                bar.set_description(f"loss {1 / (step + 1)}")
                bar.update()

    written = written_by(work)
    assert written.counts[-1] == "loss 0.5 2 of 2"
    assert written.lines == []


def test_lines_between() -> None:
    def work() -> None:
        for number in trange(3, mininterval=0):
            tqdm.write(f"written {number}")
            print(f"printed {number}")

    written = written_by(work)
    assert written.lines == [f"{how} {number}" for number in range(3) for how in ("written", "printed")]
    assert written.counts[-1] == "3 of 3"


@pytest.mark.parametrize(
    "texts",
    [
        ["\rwork 0%", "\rwork 50%", "\rwork 100%", "\n"],
        ["\n", "work 0%\r", "work 50%\r", "work 100%\r", "\n"],
        ["\r", "work 0%", "\r", "work 50%", "\r", "work 100%", "\n"],
    ],
)
def test_other_lines_that_are_written_again(texts: list[str]) -> None:
    whole = ("loading", *texts, "ready\n")
    at_once = written_by(lambda: print("".join(whole), end=""))
    assert at_once.shown == [(1.0, "work 100%")]
    assert at_once.lines == ["loading", "ready"]
    one_by_one = written_by(lambda: [print(text, end="") for text in whole])
    assert one_by_one.shown == [(0.0, "work 0%"), (0.5, "work 50%"), (1.0, "work 100%")]
    assert one_by_one.lines == ["loading", "ready"]
