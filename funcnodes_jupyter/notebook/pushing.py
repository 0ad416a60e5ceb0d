"""Values of the notebook as nodes: sent once, or again whenever a cell gives the name another value."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.errors import CellRefusedError, NodeClashError, ValueNotSentError
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.notebook.sending import send

KERNEL_VARIABLE = "kernel.variable"
_NOTHING = object()


def push(remote: Remote, name: str, value: Any) -> str:
    """Have a node of that name hold the value; it is made if there is none. Returns its uuid.

    Raises:
        NodeClashError: another kind of node bears the name.
        ValueNotSentError: the value does not travel.
        CellRefusedError: it is a function whose text is not there, or cannot stand alone.
    """
    node = remote.graph().get(name)
    if node is None:
        uuid = str(remote.command("add_node", {"node_id": KERNEL_VARIABLE, "name": name})["uuid"])
    elif node.node_id != KERNEL_VARIABLE:
        raise NodeClashError(name, node.node_id, KERNEL_VARIABLE)
    else:
        uuid = node.uuid
    try:
        send(remote, uuid, "value", name, value)
    except (ValueNotSentError, CellRefusedError):
        if node is None:  # nobody asked for an empty one
            remote.command("remove_node", {"uuid": uuid})
        raise
    return uuid


class LinkedName:
    """Sends the value of a name after each cell that gave it another one.

    Args:
        remote: The worker.
        name: The name in the notebook, and of the node.
        namespace: The notebook's names.
    """

    def __init__(self, remote: Remote, name: str, namespace: Mapping[str, Any]) -> None:
        self._remote = remote
        self._name = name
        self._namespace = namespace
        self._sent: Any = _NOTHING

    def send_if_new(self, *_: object) -> None:
        """Send the value unless it is the one that was sent last; a name that is gone keeps its node as it is.

        Raises:
            FuncNodesError: it cannot be sent.
        """
        value = self._namespace.get(self._name, _NOTHING)
        if value is not self._sent and value is not _NOTHING:
            push(self._remote, self._name, value)
            self._sent = value

    def after_cell(self, *_: object) -> None:
        """The same for who calls it behind a cell: what is wrong is printed, for the cell itself is fine."""
        try:
            self.send_if_new()
        except (FuncNodesError, ManagerError) as error:
            sys.stderr.write(f"{self._name} was not sent to the graph: {error}\n")


def link(remote: Remote, name: str, shell: Any) -> Callable[[], None]:
    """Send the value of ``name`` now, and after each cell that gives it another one; returns what ends that."""
    linked = LinkedName(remote, name, shell.user_ns)
    linked.send_if_new()
    shell.events.register("post_run_cell", linked.after_cell)
    return lambda: _unregister(shell, linked)


def _unregister(shell: Any, linked: LinkedName) -> None:
    if linked.after_cell in shell.events.callbacks["post_run_cell"]:
        shell.events.unregister("post_run_cell", linked.after_cell)
