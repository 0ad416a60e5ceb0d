"""The packages of workers, changed by a running Jupyter server."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol
from urllib.parse import quote

import msgspec

from funcnodes_jupyter.manager.packages.plans import Plan, Wanted
from funcnodes_jupyter.manager.toolrun import Told

RESOLVE_TIMEOUT = 300.0
"""Seconds; resolvers may have to download, and even to build."""
CHANGE_TIMEOUT = 1800.0


class PackageVerbs(Protocol):
    """What can be asked: :class:`~.keeper.PackageKeeper` itself, or :class:`RemotePackages`."""

    async def describe(self, uuid: str) -> dict[str, Any]: ...

    async def lookup(self, name: str) -> dict[str, Any]: ...

    async def plan(self, uuid: str, wanted: Wanted, told: Told | None = None) -> Plan: ...

    async def apply(self, uuid: str, plan: str, told: Told | None = None) -> bool: ...

    async def cancel(self, uuid: str) -> bool: ...


class Asking(Protocol):
    """See :meth:`~funcnodes_jupyter.manager.remote.RemoteManager.ask`."""

    async def __call__(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        told: Told | None = None,
        timeout: float = 30.0,
    ) -> Any: ...


class RemotePackages:
    """Every method raises :class:`~.errors.RemoteManagerError` with the server's own words when it refuses."""

    def __init__(self, ask: Asking) -> None:
        self._ask = ask

    async def describe(self, uuid: str) -> dict[str, Any]:
        """What a worker sees, misses, and may have changed."""
        return dict(await self._ask("GET", f"workers/{quote(uuid)}/packages"))

    async def lookup(self, name: str) -> dict[str, Any]:
        """What the server's package indexes have of a package."""
        return dict(await self._ask("GET", f"packages?name={quote(name, safe='')}"))

    async def plan(self, uuid: str, wanted: Wanted, told: Told | None = None) -> Plan:
        """What would change."""
        path, body = f"workers/{quote(uuid)}/packages/plan", msgspec.to_builtins(wanted)
        return Plan.from_json(uuid, await self._ask("POST", path, body, told, RESOLVE_TIMEOUT))

    async def apply(self, uuid: str, plan: str, told: Told | None = None) -> bool:
        """Carry a plan out; undone when the call is cancelled."""
        path, body = f"workers/{quote(uuid)}/packages/apply", {"plan": plan}
        try:
            # Asked for line by line, or else the answer would come before the end.
            answer = await self._ask("POST", path, body, told or _unheard, CHANGE_TIMEOUT)
        except asyncio.CancelledError:
            await asyncio.shield(self.cancel(uuid))
            raise
        return bool(answer["restart"])

    async def cancel(self, uuid: str) -> bool:
        """Undo a change that goes on."""
        return bool((await self._ask("POST", f"workers/{quote(uuid)}/packages/cancel", {}))["cancelled"])


def _unheard(line: str) -> None:
    """Nobody listens."""
