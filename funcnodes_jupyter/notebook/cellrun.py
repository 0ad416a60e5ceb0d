"""A cell run as a graph: sent to the worker, given the values it needs, waited for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from funcnodes_jupyter.notebook.errors import CellFailedError, CellRefusedError
from funcnodes_jupyter.notebook.graph import Graph
from funcnodes_jupyter.notebook.kernelnames import meanings
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.notebook.sending import send
from funcnodes_jupyter.wire.errors import CommandError

_CODE = ("py.code", "py.async_code")
_LINE = re.compile(r"Line (\d+): ")


def run_cell(remote: Remote, source: str, namespace: Mapping[str, Any], show: Callable[[], None]) -> None:
    """Make ``source`` the graph, send the values it needs, ``show`` it, and wait until its nodes have run.

    Raises:
        CellRefusedError: it cannot be a graph.
        ValueNotSentError: a value that it needs does not travel.
        CellFailedError: a node failed.
        KeyboardInterrupt: what ran was ended.
    """
    try:
        made = _apply(remote, source, namespace)
        try:
            for name, uuid in made["wanted"].items():
                send(remote, uuid, "value", name, namespace[name])
        finally:
            # Behind the values: what is shown, and saved with the notebook, is to be a graph that can run.
            show()
        lines = made["lines"]
        graph = remote.until(lambda graph: not any(node.uuid in lines for node in graph.active), remote.timeout)
    except KeyboardInterrupt:
        remote.tell("cancel")
        raise
    _raise_first_failure(graph, lines)


def _apply(remote: Remote, source: str, namespace: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {"source": source, "kernel": meanings(source, namespace)}
    try:
        made: dict[str, Any] = remote.command("apply_cell", arguments, remote.timeout)
    except CommandError as error:
        if error.code != "CellError":
            raise
        text = str(error).partition("CellError: ")[2] or str(error)
        line = _LINE.search(text)
        raise CellRefusedError(text, int(line[1]) if line else 0) from None
    return made


def _raise_first_failure(graph: Graph, lines: Mapping[str, int]) -> None:
    for uuid, line in lines.items():
        node = graph.nodes.get(uuid)
        if node is not None and node.error is not None:
            inside = node.error.line or 1 if node.node_id in _CODE else 1
            # A node of code has the lines of its statement, and a name for them that no person knows.
            trace = node.error.traceback.replace(f"<node {uuid}>", f"<{node.name}>")
            raise CellFailedError(node.name, node.error.text, trace, line + inside - 1)
