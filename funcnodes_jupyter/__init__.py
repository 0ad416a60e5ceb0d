"""Reactive node graphs in Jupyter: see, steer and share a computation as a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funcnodes_jupyter.notebook.flow import Flow

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(name: str) -> Flow:
    """The workflow ``name``, on a worker of its own that is started if it does not run.

    The same as ``%funcnodes NAME`` in a notebook, from any Python process.
    """
    from funcnodes_jupyter.notebook.flow import open_flow

    return open_flow(name)


def load_ipython_extension(ipython: Any) -> None:
    """What ``%load_ext funcnodes_jupyter`` calls: makes the ``%funcnodes`` magic known."""
    from funcnodes_jupyter.notebook.magics import FuncNodesMagics

    ipython.register_magics(FuncNodesMagics)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from funcnodes_jupyter.server.extension import FuncNodesApp

    return [{"module": "funcnodes_jupyter.server.extension", "app": FuncNodesApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "funcnodes-jupyter"}]
