"""``%funcnodes NAME`` in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.flow import Flow, open_flow
from funcnodes_jupyter.notebook.workers import VerbText, do_verb, list_workers

T = TypeVar("T")


@magics_class
class FuncNodesMagics(Magics):
    """The magic of this package; ``%load_ext funcnodes_jupyter`` makes it known."""

    @line_magic
    def funcnodes(self, line: str) -> Flow | VerbText:
        """``%funcnodes [--height PIXELS] NAME`` opens a graph; without a name the workers are listed.

        ``%funcnodes worker VERB …`` does what ``funcnodes worker VERB …`` does at a terminal: ``list``, ``stop demo``.

        The worker is made if there is none, with the notebook's folder as its own, and started if it does not run.
        Returns the handle, which shows the editor when it is displayed. So ``%funcnodes penguins`` shows it,
        and ``flow = %funcnodes penguins`` shows nothing until ``flow`` is displayed.
        """
        first, _, verb = line.strip().partition(" ")
        if first == "worker" and verb.strip():
            return _refusing(lambda: do_verb(verb))
        options, rest = self.parse_options(line, "", "height=")
        name = rest.strip().strip("'\"")
        height = _pixels(options.get("height"))
        if not name:
            return _refusing(list_workers)
        flow = _refusing(lambda: open_flow(name))
        if height is not None:
            flow.widget(height=height)
        return flow


def _refusing(work: Callable[[], T]) -> T:
    try:
        return work()
    except (ManagerError, ConvertError) as error:
        # A UsageError is shown as one line: the traceback of a refusal tells a person nothing.
        raise UsageError(f"%funcnodes: {error}") from None


def _pixels(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or not 100 <= int(text) <= 4000:
        raise UsageError(f"%funcnodes: --height takes pixels from 100 to 4000, not {text!r}.")
    return int(text)
