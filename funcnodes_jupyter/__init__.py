"""Reactive node graphs in Jupyter: see, steer and share a computation as a graph.

What node packs are written with is here, too: ``import funcnodes_jupyter as fn``, then ``fn.NodeDecorator``,
``fn.Shelf`` and all the other names of :mod:`funcnodes_jupyter.core.api`.
"""

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


def __getattr__(name: str) -> Any:
    """A public name of the core; the core is loaded when the first one is asked for."""
    # Python asks here also for what every package may have (__path__ of an extension, __wrapped__ …).
    if not name.startswith("_"):
        from funcnodes_jupyter.core import api

        if name in api.__all__:
            return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """What ``%load_ext funcnodes_jupyter`` calls: makes the ``%funcnodes`` magic known."""
    from funcnodes_jupyter.notebook.magics import FuncNodesMagics

    ipython.register_magics(FuncNodesMagics)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from funcnodes_jupyter.server.extension import FuncNodesApp

    return [{"module": "funcnodes_jupyter.server.extension", "app": FuncNodesApp}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "funcnodes-jupyter"}]
