"""What is done with a notebook before the server saves it."""

from __future__ import annotations

import logging
from typing import Any

from funcnodes_jupyter.server.savedoutputs import SavedOutputs
from funcnodes_jupyter.server.widgetstates import forget_own_widgets


class BeforeSaving:
    """A hook of the server's contents manager. Whatever fails in it is told once, and the notebook is saved.

    Args:
        outputs: Renews what outputs show; None: they stay as they are.
        log: Where failures are told.
    """

    def __init__(self, outputs: SavedOutputs | None, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._outputs = outputs
        self._log = log
        self._told: set[str] = set()

    def register(self, contents_manager: Any) -> None:
        """Have the hook called from now on; one of another make, which has no hooks, is let be."""
        try:
            # Bound methods have the name that Jupyter tells when a hook fails.
            contents_manager.register_pre_save_hook(self.prepare)
        except Exception as error:  # noqa: BLE001 - whatever it is: the server is to start, and to save
            self._tell(f"Pictures in notebooks are not renewed, for its contents manager takes no hooks: {error!r}")

    def prepare(self, model: Any, path: str = "", **_: Any) -> None:
        """Renew the pictures of graphs in ``model``, and take the states of our widgets out of it.

        Args:
            model: What is to be saved, as the contents API describes it; changed in place, if it is a notebook.
            path: Where; told when something fails.
        """
        try:
            content = model.get("content")
            if model.get("type") != "notebook" or not content:
                return
            forget_own_widgets(content.get("metadata"))
            for problem in self._outputs.renew(content) if self._outputs is not None else ():
                self._tell(problem)
        except Exception as error:  # noqa: BLE001 - likewise
            self._tell(f"The pictures in {path} could not be renewed: {error!r}", exc_info=True)

    def _tell(self, problem: str, exc_info: bool = False) -> None:
        if problem not in self._told:
            self._told.add(problem)
            self._log.warning("%s", problem, exc_info=exc_info)
