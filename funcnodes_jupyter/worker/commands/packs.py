"""Commands for the packs of nodes that are installed beside the worker."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from typing import Annotated

from msgspec import Meta

from funcnodes_jupyter.core.facts import Loaded
from funcnodes_jupyter.core.renderoptions import REGISTERED
from funcnodes_jupyter.core.reviving import revive
from funcnodes_jupyter.wire import events
from funcnodes_jupyter.wire.messages import PackageState, PackInfo, RescanReport
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.needs import unknown_classes
from funcnodes_jupyter.worker.reply import BinaryReply

Modules = Annotated[list[str], Meta(max_length=100_000)]
JAVASCRIPT = "text/javascript"


def get_available_modules(context: Context) -> list[PackInfo]:
    """The packs that are installed, what of them could not be loaded, and why."""
    return context.packs.info()


def rescan_modules(context: Context) -> Awaitable[RescanReport]:
    """Look for packs that were installed since, without a restart, and try again those that failed.

    Nodes that waited for their class become what they are; nothing runs.
    """
    return _rescan(context)


async def _rescan(context: Context) -> RescanReport:
    space, looks = context.nodespace, REGISTERED.as_dict()
    # Importing runs code. It waits for the node that runs.
    added = await asyncio.wrap_future(space.runner.call(context.packs.look))
    nodes, problems = revive(space)
    if looks != REGISTERED.as_dict():
        with space.lock:
            space.engine.tell(Loaded())  # ports of any node may look different now
    context.mirror.tell(events.LibraryChanged(events.Nothing()))
    return RescanReport(added, [node.uuid for node in nodes], problems)


def packages_changed(context: Context, modules: Modules) -> bool:
    """Hear that these top modules are others on the disk by now; whether any of them is imported here."""
    return context.packs.changed(modules)


def get_package_state(context: Context) -> PackageState:
    """How this process stands to the packages on the disk, and what its graph lacks."""
    return PackageState(sys.prefix, context.packs.outdated(), unknown_classes(context.nodespace))


def get_plugin(context: Context, module: str) -> BinaryReply:
    """The browser code of a pack: an ES module. Whoever wants to run it asks a person first."""
    return BinaryReply(JAVASCRIPT, context.packs.plugin(module))
