"""What a command receives: the worker's parts, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.messages import WorkerIdentity
from funcnodes_jupyter.worker.client import Client
from funcnodes_jupyter.worker.mirror import Mirror
from funcnodes_jupyter.worker.packs import Packs
from funcnodes_jupyter.worker.picture.portrait import Portrait
from funcnodes_jupyter.worker.previews import Previews


@dataclass(frozen=True, slots=True)
class Host:
    """What the process around the session can do.

    Attributes:
        identity: The worker's uuid and its name as it is now.
        stop: Save and end the process, after the replies under way are sent.
        save: Write what is not saved yet, in the calling thread; may raise OSError.
        keep_picture: Have the graph's picture on disk, likewise.
    """

    identity: Callable[[], WorkerIdentity]
    stop: Callable[[], None]
    save: Callable[[], None]
    keep_picture: Callable[[bytes], None] = lambda made: None


@dataclass(frozen=True, slots=True)
class Context:
    """What every command's function gets as its first argument."""

    nodespace: NodeSpace
    mirror: Mirror
    previews: Previews
    packs: Packs
    host: Host
    client: Client
    portrait: Portrait
