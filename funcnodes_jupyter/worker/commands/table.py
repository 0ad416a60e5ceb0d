"""All commands of a worker by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from funcnodes_jupyter.worker.commands import (
    cells,
    functions,
    identity,
    kernelvalues,
    nodes,
    packs,
    past,
    running,
    several,
    state,
    values,
)

COMMANDS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        # the worker
        "uuid": identity.uuid,
        "name": identity.name,
        "heartbeat": identity.heartbeat,
        "imported_modules": identity.imported_modules,
        "get_meta": identity.get_meta,
        "get_versions": identity.get_versions,
        "get_runstate": identity.get_runstate,
        "save": identity.save,
        "stop": identity.stop,
        # the graph
        "full_state": state.full_state,
        "resume": state.resume,
        "get_nodes": state.get_nodes,
        "get_edges": state.get_edges,
        "get_groups": state.get_groups,
        "view_state": state.view_state,
        "get_library": state.get_library,
        "picture": state.picture,
        "load_data": state.load_data,
        "clear": state.clear,
        # nodes and edges, and their runs
        **several.PARTS,
        "add_callable": nodes.add_callable,
        "batch": several.batch,
        "undo": past.undo,
        "redo": past.redo,
        # values
        "watch": values.watch,
        "unwatch": values.unwatch,
        "get_io_value": values.get_io_value,
        "get_table_page": values.get_table_page,
        "get_io_full_value": values.get_io_full_value,
        # notebooks
        "apply_cell": cells.apply_cell,
        "export_cell": cells.export_cell,
        "get_variables": cells.get_variables,
        "set_pickled": kernelvalues.set_pickled,
        "send_part": kernelvalues.send_part,
        "release_shared": kernelvalues.release_shared,
        # code
        "define_function": functions.define_function,
        "forget_function": functions.forget_function,
        "set_code": functions.set_code,
        "trust_code": functions.trust_code,
        # packs of nodes
        "get_available_modules": packs.get_available_modules,
        "get_package_state": packs.get_package_state,
        "packages_changed": packs.packages_changed,
        "rescan_modules": packs.rescan_modules,
        "get_plugin": packs.get_plugin,
        # running
        "cancel": running.cancel,
        "set_mode": running.set_mode,
        "set_type_check": running.set_type_check,
    }
)
"""Each function gets a :class:`~funcnodes_jupyter.worker.context.Context` and, by its annotations, what the
client sent. It returns what JSON can hold, a :class:`~funcnodes_jupyter.worker.reply.BinaryReply`, or, when
it takes longer, an awaitable of either."""

SLOW: Final = frozenset(
    (
        identity.save,
        state.picture,
        values.get_io_value,
        values.get_table_page,
        values.get_io_full_value,
        nodes.add_callable,
        functions.define_function,
        functions.set_code,
        packs.rescan_modules,
        cells.apply_cell,
        cells.export_cell,
        kernelvalues.set_pickled,
    )
)
"""Those that return awaitables."""
