"""What a worker's process says about packages: which it runs, and which it lacks."""

from __future__ import annotations

import contextlib
import os
import sys

import msgspec

from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.errors import WorkerNotRunningError
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.manager.roster import Roster
from funcnodes_jupyter.wire.errors import WireError
from funcnodes_jupyter.wire.messages import PackageState

ASK_SECONDS = 10.0
"""How long a running worker may take to say what it has imported, and to look for new node packs."""
LOOK_SECONDS = 3.0
"""The same for what is only shown, and can be shown without."""


async def state_of_process(roster: Roster, uuid: str) -> PackageState | None:
    """How a running worker stands to the packages on the disk; None: it does not run, or does not say."""
    try:
        told = await ask_worker(await roster.connection(uuid), "get_package_state", LOOK_SECONDS)
        return msgspec.convert(told, PackageState)
    except (WorkerNotRunningError, WireError, msgspec.ValidationError):
        return None


async def would_need_restart(roster: Roster, uuid: str, touched: frozenset[str]) -> bool:
    """Whether a running worker has imported any of these modules; if it does not say, it may have."""
    if not touched:
        return False
    try:
        imported = await ask_worker(await roster.connection(uuid), "imported_modules", ASK_SECONDS)
    except WorkerNotRunningError:
        return False
    except WireError:
        return True
    return not touched.isdisjoint(imported)


async def tell_process(roster: Roster, uuid: str, touched: frozenset[str]) -> bool:
    """Have a running worker know that these modules are others now, and look for new packs; whether it runs old ones.

    It remembers that until its end, for whoever asks later.
    """
    restart = False
    try:
        connection = await roster.connection(uuid)
        if touched:
            restart = bool(await ask_worker(connection, "packages_changed", ASK_SECONDS, modules=sorted(touched)))
    except WorkerNotRunningError:
        return False
    except WireError:
        restart = True
    with contextlib.suppress(WorkerNotRunningError, WireError):
        # One that does not know how finds them at its next start.
        await ask_worker(await roster.connection(uuid), "rescan_modules", ASK_SECONDS)
    return restart


def sits_elsewhere(process: PackageState, record: WorkerRecord, environment: Environment) -> bool:
    """Whether a worker got another environment than the one that its process was started in."""
    prefix = sys.prefix if record.environment == "server" else str(environment.root)
    return os.path.realpath(process.prefix) != os.path.realpath(prefix)
