"""The handle on a worker's graph that a notebook or a script holds."""

from __future__ import annotations

import functools
import inspect
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE
from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.base import default_base_dir
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.building import add_edge, add_node, named_port, remove_edge
from funcnodes_jupyter.notebook.cellrun import run_cell
from funcnodes_jupyter.notebook.errors import (
    FlowClosedError,
    FlowError,
    FlowTimeoutError,
)
from funcnodes_jupyter.notebook.flowbook import FlowBook
from funcnodes_jupyter.notebook.nodefunctions import source_of, standing_alone
from funcnodes_jupyter.notebook.nodehandle import NodeHandle
from funcnodes_jupyter.notebook.observing import Observer
from funcnodes_jupyter.notebook.pushing import link, push
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.notebook.saved import EDITOR_PATIENCE, PICTURE_PATIENCE, saved_bundle
from funcnodes_jupyter.notebook.shell import at_terminal, current_shell
from funcnodes_jupyter.wire.events import GraphMode
from funcnodes_jupyter.worker.picture.outline import outline

if TYPE_CHECKING:
    from funcnodes_jupyter.notebook.widget import FuncNodesWidget

F = TypeVar("F", bound=Callable[..., Any])
OUTLINE_PATIENCE = 3.0
"""Seconds that showing a flow waits for its worker before it shows what was last heard."""

_log = logging.getLogger(__name__)


class Flow:
    """A graph in a worker process of its own.

    ``flow["filter"].inputs["value"] = 40`` sets a value, ``flow["group"].outputs["out"].value`` brings one here.
    Displayed in a notebook it is the editor. Every call blocks until the worker has answered, and none needs
    the kernel's event loop: the handle has a thread of its own.

    Get one with ``%funcnodes NAME`` or :func:`funcnodes_jupyter.open`.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._widget: FuncNodesWidget | None = None

    # --- the worker -------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The worker's name."""
        return self._remote.record.name

    @property
    def uuid(self) -> str:
        """The worker's uuid."""
        return self._remote.record.uuid

    @property
    def timeout(self) -> float | None:
        """Seconds that reading or awaiting an output waits for it to be computed; None waits as long as it takes."""
        return self._remote.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self._remote.timeout = seconds

    def restart(self) -> None:
        """End the worker's process and start another one: its graph comes back as it was, stale.

        Raises:
            ManagerError: it does not start; the text says why.
        """
        self._remote.restart()

    def close(self) -> None:
        """Let go of the worker. It runs on, unless this process launched it. Closing twice is fine."""
        self._remote.close()

    # --- building ---------------------------------------------------------------------------------

    def add(
        self, node_id: str, /, *, name: str | None = None, pos: tuple[float, float] | None = None, **inputs: Any
    ) -> NodeHandle:
        """Add a node, unless there is one of this name: then only inputs that differ are set.

        So a cell that builds a graph can run twice and changes nothing the second time.

        Args:
            node_id: The class, such as ``"data.read_csv"``, or anything that can be imported and called, such as
                ``"py:math.sqrt"``.
            name: What the node is called; the end of ``node_id`` when left out.
            pos: Where it stands on the canvas, x and y in pixels; a free place when left out.
            inputs: Values for its inputs.

        Raises:
            CommandError: there is no such class, no such input, or a value does not fit.
            NodeClashError: another kind of node bears the name.
            AmbiguousNameError: several nodes bear the name.
        """
        return NodeHandle(self._remote, add_node(self._remote, node_id, name, pos, inputs))

    def connect(self, source: str, target: str, *, replace: bool = False, feedback: bool = False) -> None:
        """Connect an output with an input, each as ``"node.port"``. An edge that is there already stays.

        Args:
            replace: Take the place of another source of the input.
            feedback: The edge may close a circle: each value that comes round starts a new wave.

        Raises:
            CommandError: these two cannot be connected; ``code`` is MultipleConnectionsError, CycleError, ….
            NodeNotFoundError, IONotFoundError: there is no such node or port.
        """
        add_edge(self._remote, source, target, replace=replace, feedback=feedback)

    def disconnect(self, source: str, target: str) -> None:
        """Take away the edge between two ports; without one nothing happens.

        Raises:
            NodeNotFoundError, IONotFoundError: there is no such node or port.
        """
        remove_edge(self._remote, source, target)

    def remove(self, name: str) -> None:
        """Take a node out of the graph, with its edges."""
        self[name].remove()

    def undo(self) -> str:
        """Take back what was done last to the graph, by whoever did it; returns it in words.

        Raises:
            CommandError: there is nothing to undo, or it cannot be undone any more; ``code`` is HistoryError.
        """
        return str(self._remote.command("undo", {})["done"])

    def redo(self) -> str:
        """Do again what was undone last; likewise."""
        return str(self._remote.command("redo", {})["done"])

    # --- reading ----------------------------------------------------------------------------------

    @property
    def nodes(self) -> list[NodeHandle]:
        """All nodes, in the order in which they were added."""
        return [NodeHandle(self._remote, uuid) for uuid in self._remote.graph().nodes]

    @property
    def edges(self) -> list[tuple[str, str]]:
        """All edges as ``("node.port", "node.port")``."""
        graph = self._remote.graph()
        names = {uuid: node.name for uuid, node in graph.nodes.items()}
        return [(f"{names[a]}.{a_io}", f"{names[b]}.{b_io}") for a, a_io, b, b_io in graph.edges]

    def __getitem__(self, name: str) -> NodeHandle:
        """The node of that name or uuid; of a variable of the graph's cell, the node that gives it its value.

        Raises:
            NodeNotFoundError: there is none.
            AmbiguousNameError: several nodes bear the name; the text lists their uuids.
        """
        place = self._remote.command("get_variables", {}).get(name)
        if place is not None:
            return NodeHandle(self._remote, *place)
        return NodeHandle(self._remote, self._remote.graph().find(name).uuid)

    def __contains__(self, name: object) -> bool:
        return name in self._remote.graph()

    def __iter__(self) -> Iterator[NodeHandle]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self._remote.graph().nodes)

    def _ipython_key_completions_(self) -> list[str]:
        return [node.name for node in self._remote.graph().nodes.values()]

    # --- running ----------------------------------------------------------------------------------

    @property
    def mode(self) -> GraphMode:
        """``reactive``: a change runs what depends on it; ``paused``: it only marks it out of date until :meth:`run`."""
        return self._remote.graph().mode

    @mode.setter
    def mode(self, mode: GraphMode) -> None:
        self._remote.command("set_mode", {"mode": mode})

    def run(self, *names: str, to: str | Iterable[str] = ()) -> None:
        """Ask for a run of everything that is out of date, or of these nodes and what is out of date before them.

        It does not wait: :meth:`wait` and reading an output do. ``flow.run(to="x")`` is ``flow.run("x")``.
        """
        names = (*names, *((to,) if isinstance(to, str) else to))
        if not names:
            self._remote.command("run", {})
            return
        graph = self._remote.graph()
        self._remote.command("run", {"nodes": [graph.find(name).uuid for name in names], "scope": "to"})

    def cancel(self) -> None:
        """End what runs and take back what is queued."""
        self._remote.command("cancel", {})

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing runs or is queued; a node that failed counts as done.

        Args:
            timeout: Seconds to wait; None waits as long as it takes.

        Raises:
            FlowTimeoutError: it takes longer; the worker goes on.
        """
        self._remote.until(lambda graph: not graph.active, timeout)

    def run_cell(
        self, source: str, names: Mapping[str, Any] | None = None, show: Callable[[], None] = lambda: None
    ) -> None:
        """Make a cell of Python this graph, run it, and wait for it; ``%%funcnodes NAME`` does it for a whole cell.

        Args:
            source: The text of the cell.
            names: What its other names mean here, such as the notebook's variables.
            show: Called when the graph is there, before it has run.

        Raises:
            CellRefusedError: it cannot be a graph; nothing was changed.
            CellFailedError: a node failed; ``line`` says where in the cell.
            FlowTimeoutError: it takes longer than ``timeout``.
        """
        run_cell(self._remote, source, names or {}, show)

    def export(self, form: Literal["cell", "script", "json"] = "cell") -> str:
        """The graph as text: a ``cell`` for ``%%funcnodes``, a ``script`` of plain Python, or its saved form as ``json``.

        Raises:
            CommandError: a node, or a value, has no form in Python; ``code`` is NotWritableError.
        """
        return str(self._remote.command("export_cell", {"form": form}, self._remote.timeout))

    def load(self, document: str, *, trusted: bool = False) -> None:
        """Replace the graph by one in its saved form (JSON). Nothing runs, and it can be undone.

        Args:
            trusted: Code in it may run. Otherwise it does not before :meth:`trust`, or the same in the editor.

        Raises:
            ValueError: it is no JSON.
            CommandError: it is no saved graph; ``code`` is DocumentError.
        """
        self._remote.command("load_data", {"data": json.loads(document), "trusted": trusted})

    def trust(self) -> list[NodeHandle]:
        """Let the code in this graph run that came from elsewhere; returns the nodes that hold it. Nothing runs yet."""
        uuids = self._remote.command("trust_code", {})["trusted"]
        return [NodeHandle(self._remote, uuid) for uuid in uuids]

    # --- values of the notebook -------------------------------------------------------------------

    def push(self, **values: Any) -> None:
        """Send values to the graph: ``flow.push(df=df)`` has a node ``df`` hold this table, and makes it if need be.

        A large value is copied once, into memory that both processes share; a function goes as text.

        Raises:
            ValueNotSentError: one cannot be sent; the text says why.
            NodeClashError: another kind of node bears the name.
        """
        for name, value in values.items():
            push(self._remote, name, value)

    def link(self, name: str) -> Callable[[], None]:
        """Send the notebook's variable ``name`` now, and again after each cell that gives it another value.

        Returns:
            What ends that; the node stays.

        Raises:
            FlowError: there is no notebook, or no such variable.
            ValueNotSentError: its value cannot be sent.
        """
        shell = current_shell()
        if shell is None:
            raise FlowError("Only a notebook has variables to link: send a value with flow.push().")
        if name not in shell.user_ns:
            raise FlowError(f"The notebook has no variable {name!r}.")
        return link(self._remote, name, shell)

    def observe(self, port: str, function: Callable[[Any], object]) -> Callable[[], None]:
        """Have ``function`` called with each new value of an output, ``"node.port"`` or the name of a variable.

        It is called in a thread of its own, one value after the other; of values that come faster it gets the newest.

        Returns:
            What ends that.

        Raises:
            NodeNotFoundError, IONotFoundError: there is no such node or port.
        """
        place = self._remote.command("get_variables", {}).get(port)
        uuid, io = place if place is not None else named_port(self._remote.graph(), port, is_input=False)
        return Observer(self._remote, uuid, io, function).stop

    # --- functions --------------------------------------------------------------------------------

    @overload
    def node(self, function: F, /, *, name: str = "", separate_thread: bool = False) -> F: ...
    @overload
    def node(self, /, *, name: str = "", separate_thread: bool = False) -> Callable[[F], F]: ...
    def node(self, function: Any = None, /, *, name: str = "", separate_thread: bool = False) -> Any:
        """``@flow.node`` puts a function of the notebook into this graph's library; nodes of it call the new one at once.

        Its text goes along, with the imports, functions and constants of the notebook that it reads. The function
        itself comes back as it was. ``flow.add("nb:name")`` adds a node of it.

        Args:
            name: What a person reads; the function's own name when left out.
            separate_thread: Run it in a thread, beside other nodes.

        Raises:
            CellRefusedError: it reads a value that does not travel, or has no text.
            CommandError: it cannot be a node; ``code`` is FunctionSourceError.
        """

        def put(function: F) -> F:
            inner = inspect.unwrap(function)
            text = standing_alone(inner.__name__, source_of(inner), getattr(inner, "__globals__", {}))
            self.define(text, name=name, separate_thread=separate_thread)
            return function

        return put if function is None else put(function)

    def define(self, source: str, *, name: str = "", separate_thread: bool = False) -> int:
        """Put the last function in ``source`` into this graph's library; returns how many nodes call another one now.

        Raises:
            CommandError: it cannot be a node; ``code`` is FunctionSourceError.
        """
        options = {"source": source, "separate_thread": separate_thread, **({"name": name} if name else {})}
        return len(self._remote.command("define_function", options, self._remote.timeout)["nodes"])

    def forget(self, name: str) -> None:
        """Take a function out of this graph's library; nodes of it stay.

        Raises:
            CommandError: there is none of that name; ``code`` is NodeClassNotFoundError.
        """
        self._remote.command("forget_function", {"name": name})

    # --- showing ----------------------------------------------------------------------------------

    def widget(self, height: int | None = None) -> FuncNodesWidget:
        """The editor as a widget; the same one each time.

        Args:
            height: Pixels; left out it stays as it is.
        """
        if self._widget is None:
            from funcnodes_jupyter.notebook.widget import FuncNodesWidget

            self._widget = FuncNodesWidget(worker_id=self.uuid, worker_name=self.name)
        self._widget.base_path = self._remote.server_base_url or "/"
        if height is not None:
            self._widget.height = height
        return self._widget

    @property
    def has_editor(self) -> bool:
        """Whether the editor can be shown: a Jupyter server with this package is in reach."""
        return self._remote.server_base_url is not None

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        saved = self._saved()
        text = repr(self)
        if not self.has_editor:
            advice = "The editor needs a running Jupyter server with this package; this process has none in reach."
            return {**saved, "text/plain": f"{text}\n{advice}"}, {}
        widget = self.widget()
        bundle = widget._repr_mimebundle_()
        data, metadata = bundle if bundle is not None else ({}, {})
        return {**data, **saved, "text/plain": text}, {**metadata, MIMETYPE: {"height": widget.height}}

    def _saved(self) -> dict[str, Any]:
        """What a saved notebook shows of the graph; empty where no notebook is, or when there is no making it."""
        if at_terminal():
            return {}
        try:
            return saved_bundle(self._remote, self.name, EDITOR_PATIENCE if self.has_editor else PICTURE_PATIENCE)
        except FlowClosedError:
            return {}
        except Exception:  # noqa: BLE001 - a picture is an extra: whatever fails in it, the editor is shown
            _log.warning("No picture of %r", self.name, exc_info=True)
            return {}

    def __repr__(self) -> str:
        note = ""
        try:
            graph = self._remote.graph(OUTLINE_PATIENCE)
        except FlowTimeoutError:
            graph, note = self._remote.last_known(), "worker does not answer"
        except (FuncNodesError, ManagerError):
            # Showing a flow tells what is known of it, also when its worker is gone.
            graph, note = self._remote.last_known(), "worker not running"
        return outline(self.name, graph, note)


def open_flow(name: str) -> Flow:
    """The flow ``name``: its worker is made if there is none, and started if it does not run.

    A worker made now has the present working directory. The same name gives the same handle again.

    Raises:
        ManagerError: the worker cannot be made or started; the text says why.
    """
    base_dir = default_base_dir()
    return _flowbook().open(base_dir, name.strip(), lambda: _open(name.strip(), base_dir))


def open_flows() -> list[Flow]:
    """The flows that this process has open."""
    return _flowbook().handles(default_base_dir())


@functools.cache
def _flowbook() -> FlowBook[Flow]:
    """The book of this process."""
    return FlowBook()


def _open(name: str, base_dir: Path) -> tuple[Flow, Remote]:
    remote = Remote(name, base_dir, str(Path.cwd()))
    return Flow(remote), remote
