"""``%funcnodes NAME``, ``%%funcnodes NAME``, ``%%funcnodes_node NAME`` and ``%%nodespace NAME`` in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_cell_magic, magics_class
from IPython.display import display

from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.atline import raise_at
from funcnodes_jupyter.notebook.errors import CellFailedError, CellRefusedError, ValueNotSentError
from funcnodes_jupyter.notebook.exporting import export, export_arguments
from funcnodes_jupyter.notebook.flow import Flow, open_flow, open_flows
from funcnodes_jupyter.notebook.nodecell import define_all
from funcnodes_jupyter.notebook.shown import ShownFlow
from funcnodes_jupyter.notebook.workers import VerbText, do_verb, list_workers
from funcnodes_jupyter.wire.errors import CommandError

T = TypeVar("T")


@magics_class
class FuncNodesMagics(Magics):
    """The magic of this package; ``%load_ext funcnodes_jupyter`` makes it known."""

    @line_cell_magic
    def funcnodes(self, line: str, cell: str | None = None) -> Flow | VerbText | None:
        """``%funcnodes [--height PIXELS] NAME`` opens a graph; without a name the workers are listed.

        ``%funcnodes worker VERB …`` does what ``funcnodes worker VERB …`` does at a terminal: ``list``, ``stop demo``.

        The worker is made if there is none, with the notebook's folder as its own, and started if it does not run.
        Returns the handle, which shows the editor when it is displayed. So ``%funcnodes penguins`` shows it,
        and ``flow = %funcnodes penguins`` shows nothing until ``flow`` is displayed.

        ``%funcnodes export NAME`` writes the graph into the next cell, ``--as json`` in its saved form, ``--as script
        FILE.py`` as plain Python.

        ``%%funcnodes [--height PIXELS] NAME`` makes the cell below it the graph: calls are nodes, variables are wires.
        It is shown, run and waited for; run again, it changes what changed. ``flow["x"].value`` is the value of ``x``.
        In a cell with lines such as ``# %% Load the data`` all that stands between two of them is one node.
        """
        __tracebackhide__ = True
        first, _, verb = line.strip().partition(" ")
        if first == "worker" and verb.strip():
            return _refusing(lambda: do_verb(verb))
        if first == "export" and verb.strip():
            arguments = export_arguments(verb)
            return VerbText(export(_refusing(lambda: open_flow(arguments.name)), arguments, self.shell))
        options, rest = self.parse_options(line, "", "height=")
        name = rest.strip().strip("'\"")
        height = _pixels(options.get("height"))
        if not name:
            if cell is not None:
                raise UsageError("%%funcnodes NAME: say what the graph is called.")
            return _refusing(list_workers)
        flow = _refusing(lambda: open_flow(name))
        if height is not None:
            flow.widget(height=height)
        if cell is None:
            return flow
        names = self.shell.user_ns if self.shell is not None else {}
        shown = ShownFlow(flow)
        try:
            flow.run_cell(cell, names, shown.show)
        except ValueNotSentError as error:
            raise UsageError(f"%%funcnodes: {error}") from None
        except (CellRefusedError, CellFailedError) as error:
            if not error.line:
                raise UsageError(f"%%funcnodes: {error}") from None
            raise_at(error, f"%%funcnodes {line}\n{cell}", error.line + 1, f"cell of {flow.name}")
        finally:
            shown.renew()
        return None

    @cell_magic
    def funcnodes_node(self, line: str, cell: str) -> VerbText | None:
        """``%%funcnodes_node NAME`` runs the cell, and puts the functions that it defines into the library of a graph.

        Functions whose names begin with an underscore are left out: others may use them. Without a name it is the
        graph that the notebook has open, if that is just one.
        """
        name = line.strip().strip("'\"")
        flow = _refusing(lambda: open_flow(name)) if name else _only_open_flow()
        if self.shell is not None and not self.shell.run_cell(cell).success:  # type: ignore[no-untyped-call]
            return None  # it has said why
        try:
            return VerbText(define_all(flow, cell, self.shell.user_ns if self.shell is not None else {}))
        except (CellRefusedError, CommandError) as error:
            text = str(error).partition(": ")[2] if isinstance(error, CommandError) else str(error)
            raise UsageError(f"%%funcnodes_node: {text or error}") from None

    @cell_magic
    def nodespace(self, line: str, cell: str) -> None:
        """``%%nodespace NAME`` replaces the graph by the one in the cell, in its saved form. Nothing runs."""
        name = line.strip().strip("'\"")
        if not name:
            raise UsageError("%%nodespace NAME: say what the graph is called.")
        flow = _refusing(lambda: open_flow(name))
        try:
            # Whoever runs a cell runs what stands in it: there is nothing more to ask.
            flow.load(cell, trusted=True)
        except (ValueError, CommandError) as error:
            raise UsageError(f"%%nodespace: this is no saved graph: {error}") from None
        display(flow)  # type: ignore[no-untyped-call]


def _refusing(work: Callable[[], T]) -> T:
    try:
        return work()
    except (ManagerError, ConvertError) as error:
        # A UsageError is shown as one line: the traceback of a refusal tells a person nothing.
        raise UsageError(f"%funcnodes: {error}") from None


def _only_open_flow() -> Flow:
    flows = open_flows()
    if len(flows) != 1:
        names = ", ".join(repr(flow.name) for flow in flows)
        said = f"several are open ({names})" if flows else "none is open"
        raise UsageError(f"%%funcnodes_node NAME: say which graph it is for; {said}.")
    return flows[0]


def _pixels(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or not 100 <= int(text) <= 4000:
        raise UsageError(f"%funcnodes: --height takes pixels from 100 to 4000, not {text!r}.")
    return int(text)
