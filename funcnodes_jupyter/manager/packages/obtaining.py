"""Finds out what of a wish can be had when all of it cannot: the rest need not wait for a package that is nowhere."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from funcnodes_jupyter.manager.packages.errors import ResolverRefusedError
from funcnodes_jupyter.manager.packages.installers import Wish
from funcnodes_jupyter.manager.packages.plans import Unavailable
from funcnodes_jupyter.manager.packages.requirement import key_of
from funcnodes_jupyter.manager.toolrun import Told

TRIES, SECONDS = 100, 90.0
"""So often resolvers are asked, and so long; what was not tried by then is left out, too, and that is said."""
UNTRIED = "there was no time left to find out whether it can be had; ask again"
MAX_REASON = 300
_NAMED = 3
_BECAUSE = re.compile(r"Because (.+?)(?:, we can conclude|$)")
_ASKED = re.compile(r" and you require \S+$")
_ERROR = re.compile(r"^\s*ERROR: (.+)", re.MULTILINE)
_PIP_CONFLICT, _PIP_ADVICE = "The conflict is caused by:", "To fix this"

Resolve = Callable[[Wish], Awaitable[dict[str, str]]]
"""Gives what would be installed, by key; raises :class:`ResolverRefusedError`."""


@dataclass(frozen=True)
class Obtained:
    """What would be installed for as much of a wish as can be had, by key, and what cannot."""

    coming: dict[str, str]
    unavailable: tuple[Unavailable, ...]


async def obtained(
    wish: Wish,
    spare: frozenset[str],
    refused: ResolverRefusedError,
    installed: Mapping[str, str],
    resolve: Resolve,
    told: Told,
) -> Obtained:
    """As much of a refused wish as can be had together; nothing is changed.

    Parts of it are tried, halved as long as they are refused. As a part of what can be had together can be had, too,
    one package out of ``n`` that is nowhere takes about ``2 log n`` tries.

    Args:
        wish: What was refused.
        spare: The keys of the requirements that may be left out.
        refused: Why the whole was.
        installed: The versions, by keys, of what is there and stays unless the wish changes it: that is not to be broken.
        resolve: Asks for a wish.
        told: Hears what is tried.

    Raises:
        ResolverRefusedError: what may not be left out cannot be had.
        IndexUnreachableError: nobody could be asked.
    """
    told("Not all of it can be had: looking what can")
    found = await _sifted(wish, spare, refused, resolve, told)
    wished = spare - {one.name for one in found.unavailable}
    staying = {name: version for name, version in installed.items() if name not in wished}
    if not found.coming or not staying:
        return found
    others = [text for text in wish.requirements if key_of(text) not in staying]
    exactly = {name: version for name, version in wish.exactly.items() if name not in spare & installed.keys()}
    held = Wish((*others, *(f"{name}=={version}" for name, version in staying.items())), (), exactly)
    try:
        again = await _sifted(held, spare - staying.keys(), None, resolve, told)
    except ResolverRefusedError:  # it does not fit together as it is: nothing is broken that was whole
        return found
    left = [one for one in found.unavailable if one.name in staying]
    return Obtained(again.coming, tuple(sorted([*left, *again.unavailable], key=lambda one: one.name)))


async def _sifted(
    wish: Wish, spare: frozenset[str], refused: ResolverRefusedError | None, resolve: Resolve, told: Told
) -> Obtained:
    needed = [text for text in wish.requirements if key_of(text) not in spare]
    spared = [text for text in wish.requirements if key_of(text) in spare]
    coming = await resolve(replace(wish, requirements=tuple(needed))) if needed else {}
    sieve = _Sieve(wish, needed, coming, resolve, told)
    await sieve.sift(spared, refused)
    return Obtained(sieve.coming, tuple(Unavailable(key_of(text), text, why) for text, why in sieve.left_out.items()))


class _Sieve:
    def __init__(self, wish: Wish, had: list[str], coming: dict[str, str], resolve: Resolve, told: Told) -> None:
        self._wish = wish
        self._had = had
        self._resolve = resolve
        self._told = told
        self._left = TRIES
        self._end = time.monotonic() + SECONDS
        self.coming = coming
        self.left_out: dict[str, str] = {}

    async def sift(self, texts: Sequence[str], refused: ResolverRefusedError | None = None) -> None:
        """Take what can be had of ``texts`` beside what is there already; ``refused``: all of them cannot."""
        if not texts:
            return
        try:
            refused = refused or await self._try(texts)
        except asyncio.TimeoutError:
            self.left_out |= dict.fromkeys(texts, UNTRIED)
            return
        if refused is None:
            return
        if len(texts) == 1:
            self.left_out[texts[0]] = reason_in(str(refused))
            return
        middle, before = len(texts) // 2, len(self.left_out)
        await self.sift(texts[:middle])
        # Where the first half went in whole, it is the second that was refused: that need not be asked again.
        await self.sift(texts[middle:], refused if len(self.left_out) == before else None)

    async def _try(self, texts: Sequence[str]) -> ResolverRefusedError | None:
        seconds = self._end - time.monotonic()
        if self._left == 0 or seconds <= 0:
            raise asyncio.TimeoutError
        self._left -= 1
        more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
        self._told(f"Trying {', '.join(texts[:_NAMED])}{more}")
        wish = replace(self._wish, requirements=(*self._had, *texts))
        try:
            self.coming = await asyncio.wait_for(self._resolve(wish), seconds)
        except ResolverRefusedError as error:
            return error
        self._had += texts
        return None


def reason_in(output: str) -> str:
    """The one line that says why, of all that uv or pip said."""
    said = " ".join(line.strip(" │╰─▶×") for line in output.splitlines())
    if because := _BECAUSE.search(said):
        return _ASKED.sub("", because[1])[:MAX_REASON]
    _, conflict, causes = output.partition(_PIP_CONFLICT)
    if conflict:
        block = causes.partition(_PIP_ADVICE)[0].strip()
        return "; ".join(line.strip() for line in block.splitlines())[:MAX_REASON]
    if error := _ERROR.search(output):
        return error[1].strip()[:MAX_REASON]
    return next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "")[:MAX_REASON]
