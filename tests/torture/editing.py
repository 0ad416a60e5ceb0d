"""A client that edits a worker's graph without pause, and knows what the graph is after each of its edits.

Each edit is made twice: in the worker, and in a graph of the client's own, through the same commands. Whatever becomes
of the worker, its graph must then be one of those that the client knows (:meth:`Editor.place_of`).
"""

from __future__ import annotations

import asyncio
import importlib.util
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import msgspec
from worker_process import SCRIPT

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.wire.client import WorkerClient
from funcnodes_jupyter.wire.errors import CommandError, TransportClosedError
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.arguments import arguments_of
from funcnodes_jupyter.worker.client import Client
from funcnodes_jupyter.worker.commands.table import COMMANDS
from funcnodes_jupyter.worker.context import Context
from funcnodes_jupyter.worker.mirror import Mirror
from funcnodes_jupyter.worker.nodestate import group_state, node_state
from funcnodes_jupyter.worker.savedform import from_bytes, to_bytes

Command = tuple[str, dict[str, Any]]

MOST_NODES = 30
IN_FLIGHT = 4
"""Edits that are sent before the first of them is answered."""
INPUTS = {"t.add": ("a", "b"), "t.list": ("count",)}
EMPTY = to_bytes({"format": 1, "nodes": [], "edges": [], "prop": {}})


def library(pack: str = "") -> Library:
    """The nodes that the worker has, too, when they come from that pack."""
    spec = importlib.util.spec_from_file_location("nodes_for_tests", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for cls in module.NODES:
        cls.pack_name = pack
    made: Library = module.library(pack)
    return made


def without_errors(document: bytes) -> bytes:
    """A saved graph without what came of runs, which the client's graph does not have."""
    found = from_bytes(document)
    found.pop("errors", None)
    return to_bytes(found)


class Editor:
    """See the module.

    Args:
        library: What the nodes of the client's own graph are made of.
        dice: Chooses the edits.
        document: The saved graph that the worker begins with.

    Attributes:
        documents: The saved graph after each edit that was sent; first the one that there was.
        answered: When each of them was answered, in seconds of the monotonic clock; the first one long ago.
    """

    def __init__(self, library: Library, dice: random.Random, document: bytes = EMPTY) -> None:
        self._dice = dice
        self._space = NodeSpace(library, threaded=True)
        assert self._space.deserialize(from_bytes(document)) == []
        self._mirror = Mirror(
            self._space,
            wake=lambda: None,
            edited=lambda fact: None,
            publish=lambda first, new: None,
            touched=lambda ports: None,
        )
        unused: Any = None
        self._context = Context(self._space, self._mirror, unused, unused, unused, Client(), unused)
        self._made = 0
        self._born = f"{dice.randrange(16**8):08x}"
        self.documents = [self._document()]
        self.answered = [float("-inf")]

    # --- editing ----------------------------------------------------------------------------------

    async def edit(self, client: WorkerClient) -> None:
        """Edit without pause, until the connection breaks; now and then ask for the document beside it."""
        room = asyncio.Semaphore(IN_FLIGHT)
        sent: list[asyncio.Task[None]] = []
        saving: asyncio.Task[None] | None = None
        try:
            while client.connected:
                await room.acquire()
                command = self._chosen()
                refused = self._make(*command)
                sent.append(asyncio.create_task(self._send(client, command, refused, len(self.documents) - 1)))
                sent[-1].add_done_callback(lambda done: room.release())
                if (saving is None or saving.done()) and self._dice.random() < 0.01:
                    saving = asyncio.create_task(_save(client))
        finally:
            await asyncio.gather(*sent, *([saving] if saving is not None else ()))

    async def _send(self, client: WorkerClient, command: Command, refused: str, place: int) -> None:
        said = ""
        try:
            await client.command(*command)
        except TransportClosedError:
            return  # the worker is gone, and it may have got this or not
        except CommandError as error:
            said = error.code
        assert said == refused, f"{command}: {said or 'taken'} in the worker, {refused or 'taken'} here"
        self.answered[place] = monotonic()

    def _make(self, cmd: str, kwargs: dict[str, Any]) -> str:
        """Make an edit in the client's own graph; returns the class of the error when that refuses it."""
        function = COMMANDS[cmd]
        refused = ""
        try:
            function(self._context, **arguments_of(function).read(kwargs))
        except FuncNodesError as error:  # what means nothing now, such as an edge that would close a circle
            refused = type(error).__name__
        self._mirror.flush()
        self.documents.append(self._document())
        self.answered.append(float("inf"))
        return refused

    def _document(self) -> bytes:
        found = self._space.serialize()
        found.pop("errors", None)
        return to_bytes(found)

    # --- choosing ---------------------------------------------------------------------------------

    def _chosen(self) -> Command:
        verbs: dict[Callable[[], Command], int] = {
            self._add: 12,
            self._value: 20,
            self._connect: 15,
            self._change: 20,
            self._remove: 4,
            self._disconnect: 4,
            self._undo: 8,
            self._redo: 5,
            self._batch: 6,
            self._settings: 2,
            self._group: 5,
            self._regroup: 5,
            self._clear: 1 if len(self._space.nodes) >= MOST_NODES else 0,
        }
        if not self._space.nodes:
            return self._add()
        return self._dice.choices(list(verbs), list(verbs.values()))[0]()

    def _node(self) -> str:
        return self._dice.choice(list(self._space.nodes))

    def _input(self, uuid: str) -> str:
        return self._dice.choice(INPUTS[self._space.nodes[uuid].node_id])

    def _add(self) -> Command:
        if len(self._space.nodes) >= MOST_NODES:
            return self._remove()
        self._made += 1
        made = {"node_id": self._dice.choice(list(INPUTS)), "uuid": f"{self._born}-{self._made}"}
        if self._dice.random() < 0.5:
            made["frontend"] = {"pos": [self._dice.randrange(900), self._dice.randrange(900)]}
        return "add_node", made

    def _remove(self) -> Command:
        return "remove_node", {"uuid": self._node()}

    def _value(self) -> Command:
        uuid = self._node()
        port = self._space.nodes[uuid].inputs[self._input(uuid)]
        if port.is_connected:  # what it holds comes from a run, and whether there is a step to undo depends on it
            return self._change()
        value = self._dice.choice(({"value": self._dice.randrange(99)}, {"text": "7"}, {"reset": True}))
        return "update_node", {"uuid": uuid, "io_id": port.id, **value}

    def _change(self) -> Command:
        changes: tuple[dict[str, Any], ...] = (
            {"name": self._dice.choice(("", "é", "a name"))},
            {"frontend": {"pos": [self._dice.randrange(900), self._dice.randrange(900)]}},
            {"frontend": {"size": self._dice.choice((None, [300, 200])), "collapsed": self._dice.random() < 0.5}},
            {"mode": self._dice.choice(("enabled", "disabled", "bypassed"))},
            {"timeout": self._dice.choice((None, 5.0)), "retries": self._dice.randrange(2)},
        )
        return "update_node", {"uuid": self._node(), **self._dice.choice(changes)}

    def _connect(self) -> Command:
        target = self._node()
        edge = {"src_uuid": self._node(), "src_io": "out", "dst_uuid": target, "dst_io": self._input(target)}
        return "add_edge", {**edge, "replace": self._dice.random() < 0.5}

    def _disconnect(self) -> Command:
        edges = self._space.edges
        if not edges:
            return self._connect()
        return "remove_edge", dict(
            zip(("src_uuid", "src_io", "dst_uuid", "dst_io"), self._dice.choice(edges), strict=True)
        )

    def _undo(self) -> Command:
        return "undo", {}

    def _redo(self) -> Command:
        return "redo", {}

    def _batch(self) -> Command:
        parts = [self._value(), self._change(), self._add(), self._connect()]
        return "batch", {"commands": [{"cmd": cmd, "kwargs": kwargs} for cmd, kwargs in parts]}

    def _settings(self) -> Command:
        mode = self._dice.choice(("reactive", "paused"))
        check = self._dice.choice(("warn", "off"))
        return self._dice.choice((("set_mode", {"mode": mode}), ("set_type_check", {"check": check})))

    def _group(self) -> Command:
        self._made += 1
        groups = (
            [] if not self._space.groups or self._dice.random() < 0.5 else [self._dice.choice(list(self._space.groups))]
        )
        nodes = [self._node() for _ in range(self._dice.randrange(4))]
        name = self._dice.choice(("", "a frame"))
        return "group_nodes", {"nodes": nodes, "groups": groups, "name": name, "group_id": f"{self._born}-{self._made}"}

    def _regroup(self) -> Command:
        if not self._space.groups:
            return self._group()
        groups = list(self._space.groups)
        changes: tuple[dict[str, Any], ...] = (
            {"name": self._dice.choice(("", "é", "another name"))},
            {"meta": {"color": self._dice.choice(("", "blue")), "collapsed": self._dice.random() < 0.5}},
            {"nodes": [self._node() for _ in range(self._dice.randrange(4))]},
            {"parent_group": self._dice.choice((None, *groups))},
            {"by": [self._dice.randrange(-9, 9), 4]},
        )
        group_id = self._dice.choice(groups)
        if self._dice.random() < 0.2:
            return "ungroup", {"group_id": group_id}
        return "update_group", {"group_id": group_id, **self._dice.choice(changes)}

    def _clear(self) -> Command:
        return "clear", {}

    # --- comparing --------------------------------------------------------------------------------

    def place_of(self, document: bytes, killed: float, seconds: float = 1.0) -> int:
        """After which edit the graph was this one.

        Args:
            document: The saved graph that was found.
            killed: When the worker was killed. What was answered so many ``seconds`` before must be in it.
        """
        due = max(place for place, answered in enumerate(self.answered) if answered <= killed - seconds)
        wanted = without_errors(document)
        places = [place for place, known in enumerate(self.documents) if known == wanted]
        assert places, self._unknown(wanted)
        assert places[-1] >= due, f"edit {due} was answered in time, and only {places[-1]} edits are there"
        return places[-1]

    def _unknown(self, document: bytes) -> str:
        """How a graph that there never was differs from the one that is nearest to it."""
        found = set(document.splitlines())
        differences = [(found ^ set(known.splitlines()), place) for place, known in enumerate(self.documents)]
        nearest, place = min(differences, key=lambda difference: len(difference[0]))
        lines = (f"{'found' if line in found else 'known'}: {line.decode()}" for line in sorted(nearest))
        return "\n".join(
            [f"a graph that there never was, like that after edit {place} of {len(self.documents) - 1}", *lines]
        )


async def _save(client: WorkerClient) -> None:
    with suppress(TransportClosedError):
        await client.command("save")


def check_opened(state: FullState, document: bytes, library: Library) -> None:
    """A worker that tells this and did nothing yet must have opened that saved graph."""
    space = NodeSpace(library)
    assert space.deserialize(from_bytes(document)) == []
    assert sorted(state.edges) == sorted(space.edges)
    assert state.mode == space.mode
    told = {node.uuid: msgspec.to_builtins(node) for node in state.nodes}
    wanted = {uuid: msgspec.to_builtins(node_state(node)) for uuid, node in space.nodes.items()}
    assert told.keys() == wanted.keys()
    assert state.groups == {group_id: group_state(record) for group_id, record in space.groups.items()}
    differences = [
        f"{uuid} tells {key} {value!r} and not {wanted[uuid][key]!r}"
        for uuid, node in told.items()
        for key, value in node.items()
        if value != wanted[uuid][key]
        and key != "source"  # there the functions are those of a script
        and not (key in ("error", "state") and _crashed(node))
    ]
    assert not differences, "; ".join(differences)


def _crashed(node: Mapping[str, Any]) -> bool:
    """Whether its function ran when the worker was killed: that is told, and is no part of the saved graph."""
    return node["state"] == "error" and node["error"]["type"] == "WorkerCrashed"
