"""Timing in turns, and what a measurement says: a row with its floor, its bound and a word."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter, process_time

Timed = Callable[[], Awaitable[float]]
"""Does the work and returns the seconds that it took."""


@dataclass(frozen=True)
class Row:
    """One line of the table. ``within`` is None for what is printed without a bound."""

    workload: str
    floor: str
    measured: str
    ratio: str
    bound: str
    within: bool | None


@dataclass(frozen=True)
class Effort:
    """How much is done for one number; ``--quick`` asks for less."""

    rounds: int = 15
    repeats: int = 10
    quick: bool = False


def per_repeat(work: Callable[[int], object], repeats: int = 1) -> float:
    """CPU seconds of one call of ``work``, which gets the number of the repeat."""
    start = process_time()
    for number in range(repeats):
        work(number)
    return (process_time() - start) / repeats


async def per_wave(work: Callable[[int], Awaitable[object]], repeats: int = 1) -> float:
    """The same for what has to be awaited."""
    start = process_time()
    for number in range(repeats):
        await work(number)
    return (process_time() - start) / repeats


async def best_in_turns(rounds: int, *works: Timed) -> list[float]:
    """The least seconds of each of ``works``, measured one after the other, round by round.

    In turns, so that a machine that is slower for a while is so for all of them.
    """
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(taken, works, strict=True):
            gc.collect()  # nobody pays for what another left behind
            times.append(await work())
    return [min(times) for times in taken]


async def best_wall(rounds: int, work: Callable[[], Awaitable[object]]) -> float:
    """The least seconds on the wall clock that ``work`` took."""
    taken = []
    for _ in range(rounds):
        start = perf_counter()
        await work()
        taken.append(perf_counter() - start)
    return min(taken)


# --- rows -----------------------------------------------------------------------------------------


def ratio_row(workload: str, floor: str, floor_seconds: float, seconds: float, count: int, bound: float | None) -> Row:
    """A row of two CPU times for ``count`` nodes; ``floor`` says what the first one is."""
    ratio = seconds / floor_seconds
    return Row(
        workload,
        f"{floor} {floor_seconds / count * 1e6:,.3f} µs",
        f"{seconds / count * 1e6:,.3f} µs",
        f"{ratio:.2f} x",
        "" if bound is None else f"{bound:g} x",
        None if bound is None else ratio <= bound,
    )


def limit_row(workload: str, floor: str, measured: float, unit: str, bound: float | None) -> Row:
    """A row of one number that must not be above ``bound``."""
    return Row(
        workload,
        floor,
        f"{measured:,.4g} {unit}",
        "",
        "" if bound is None else f"{bound:,g} {unit}",
        None if bound is None else measured <= bound,
    )


def check_row(workload: str, floor: str, found: str, holds: bool) -> Row:
    """A row of something that holds or does not."""
    return Row(workload, floor, found, "", "", holds)


def print_heading() -> None:
    """What stands above the rows."""
    _print_line("workload", "floor, a node", "graph, a node", "ratio", "bound", "")


def print_row(row: Row) -> None:
    """One line of the table."""
    verdict = "" if row.within is None else "within" if row.within else "above"
    _print_line(row.workload, row.floor, row.measured, row.ratio, row.bound, verdict)


def _print_line(workload: str, floor: str, measured: str, ratio: str, bound: str, verdict: str) -> None:
    line = f"{workload:55} {floor:>30} {measured:>16} {ratio:>9} {bound:>12}  {verdict}"
    print(line.rstrip(), flush=True)
