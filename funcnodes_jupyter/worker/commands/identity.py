"""Commands about the worker itself."""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Awaitable
from typing import Annotated, Any, Literal

from msgspec import Meta

from funcnodes_jupyter import __version__
from funcnodes_jupyter.core.document import FORMAT_VERSION
from funcnodes_jupyter.wire.messages import PROTOCOL_VERSION, WorkerMeta
from funcnodes_jupyter.wire.versions import versions_of
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.offload import in_thread

Packages = Annotated[list[str], Meta(max_length=100)]


def uuid(context: Context) -> str:
    """The worker's uuid."""
    return context.host.identity().uuid


def name(context: Context) -> str:
    """The worker's name."""
    return context.host.identity().name


def get_meta(context: Context) -> WorkerMeta:
    """What the worker is, and the versions of what it speaks and saves."""
    identity = context.host.identity()
    return WorkerMeta(
        id=identity.uuid,
        name=identity.name,
        version=__version__,
        python=platform.python_version(),
        protocol=PROTOCOL_VERSION,
        format=FORMAT_VERSION,
    )


def imported_modules(context: Context) -> list[str]:
    """The top names of all modules that are imported: what changes of them on the disk is not seen before a restart."""
    return sorted({name.partition(".")[0] for name in tuple(sys.modules)})


def heartbeat(context: Context) -> Literal[True]:
    """The I/O thread answers."""
    return True


def get_versions(context: Context, packages: Packages) -> dict[str, str]:
    """The versions of Python and of those packages that are imported here; nothing is imported for that."""
    return versions_of(packages)


def get_runstate(context: Context) -> dict[str, Any]:
    """``busy``, the uuids of the ``running`` nodes, and how many are ``queued``."""
    with context.nodespace.lock:
        slots = [(node.uuid, node.slot) for node in context.nodespace.nodes.values()]
        running = [uuid for uuid, slot in slots if slot.running]
        queued = sum(1 for _, slot in slots if slot.requested and not slot.running)
        return {"busy": not context.nodespace.runner.idle, "running": running, "queued": queued}


def stop(context: Context) -> Literal[True]:
    """Answer, save, end the process."""
    context.host.stop()
    return True


def save(context: Context) -> Awaitable[bool]:
    """Answer when everything is on disk."""

    def write() -> bool:
        context.host.save()
        return True

    # Also for a client that does not wait for the end of it.
    return asyncio.shield(in_thread(write))
