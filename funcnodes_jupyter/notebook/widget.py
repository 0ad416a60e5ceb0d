"""The editor as an output of a notebook cell: an anywidget whose script is a loader of a few kB.

What stands in ``_esm`` travels with every model and into saved notebooks, so the editor itself comes from the
Jupyter server's static files, and its data over a socket of its own.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from funcnodes_jupyter.notebook.apart import ApartLayout, ApartWidget

DEFAULT_HEIGHT = 520


def loader_path() -> Path:
    """Where the built loader lies; it is made when the package is built."""
    return Path(__file__).parent.parent / "static" / "loader.js"


class FuncNodesWidget(ApartWidget, anywidget.AnyWidget):
    """The editor of one worker.

    Traits:
        base_path: The base URL path of the Jupyter server, such as ``/`` or ``/user/ada/``.
        worker_id: The worker's uuid.
        worker_name: Its name when the widget was made.
        height: Height of the editor in pixels.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    base_path = traitlets.Unicode("/").tag(sync=True)
    worker_id = traitlets.Unicode().tag(sync=True)
    worker_name = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(DEFAULT_HEIGHT).tag(sync=True)

    @traitlets.default("layout")
    def _own_layout(self) -> ApartLayout:
        return ApartLayout()

    @traitlets.default("_esm")
    def _read_loader(self) -> str:
        return loader_path().read_text(encoding="utf-8")
