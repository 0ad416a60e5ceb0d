"""Widgets whose models belong to no cell.

Whoever executes a notebook without a person before it (nbclient, ``nbconvert --execute``, papermill) notes the messages of
each cell, and so the state of the widgets that it makes. The notebook keeps these, and a page made of it fetches the
code for them from a network, to show an editor that has no worker to speak with. Messages that answer no cell reach pages
that are open just as well, and are noted by nobody: then the picture is shown.
"""

from __future__ import annotations

import functools
from typing import Any

from ipywidgets import Layout, Widget, __protocol_version__


class ApartWidget(Widget):  # type: ignore[misc]
    """A widget that tells of itself apart from the cell which is executed. Mix it in before the widget's own class."""

    comm: Any

    def open(self) -> None:
        """Tell of this widget, in kernels that know how; in all others as widgets usually do."""
        if self.comm is not None or _kernel() is None:
            super().open()
            return
        self.comm = _apart_comm()(
            target_name="jupyter.widget",
            data={"state": self.get_state(), "buffer_paths": []},
            metadata={"version": __protocol_version__},
        )


class ApartLayout(ApartWidget, Layout):  # type: ignore[misc]
    """The layout of such a widget, whose state would be noted as well."""


def _kernel() -> Any:
    """The kernel of this process; None where there is none, or one that is not Jupyter's own."""
    try:
        from ipykernel.kernelbase import Kernel
    except ImportError:
        return None
    return Kernel.instance() if Kernel.initialized() else None


@functools.cache
def _apart_comm() -> type[Any]:
    """Makes comms whose messages answer no cell."""
    from ipykernel.comm.comm import BaseComm

    class ApartComm(BaseComm):
        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
        ) -> None:
            kernel = _kernel()
            if kernel is None or not _executes(kernel):  # a page that asked waits for an answer
                super().publish_msg(msg_type, data, metadata, buffers, **keys)  # type: ignore[no-untyped-call]
                return
            content = {"data": data or {}, "comm_id": self.comm_id, **keys}
            kernel.session.send(
                kernel.iopub_socket, msg_type, content, metadata=metadata or {}, ident=self.topic, buffers=buffers
            )

    return ApartComm


def _executes(kernel: Any) -> bool:
    """Whether what is done now is done for a cell."""
    header = kernel.get_parent().get("header") or {}
    return bool(header.get("msg_type") == "execute_request")
