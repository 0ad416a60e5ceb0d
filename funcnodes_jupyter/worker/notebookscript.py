"""A saved notebook as a script: its workflows as plain code, in the place of the cells that make them.

Nothing of the notebook is run or imported for that. What cannot be written so becomes a comment that says why.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from funcnodes_jupyter.convert.cells.remarks import inert, split_remarks
from funcnodes_jupyter.convert.errors import CellError, NotWritableError
from funcnodes_jupyter.convert.notebooks.cells import NotebookCell, cells_of, document_in, line_error
from funcnodes_jupyter.convert.notebooks.handles import Handles, without_handles
from funcnodes_jupyter.convert.notebooks.linemagics import graphs_opened_in, mark_lines
from funcnodes_jupyter.convert.notebooks.meanings import bound_by
from funcnodes_jupyter.convert.notebooks.workflows import Workflow, workflows_of
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.callables import PREFIX
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.cellexport import cell_of, write_graph
from funcnodes_jupyter.worker.knownnames import KnownNames, loaded
from funcnodes_jupyter.worker.placement import Places


def script_cells(notebook: Mapping[str, Any], to_python: Callable[[str], str]) -> list[str]:
    """The texts of a notebook's cells as a script has them, those without code as they are.

    Args:
        notebook: In the form in which it is saved.
        to_python: Makes Python of what is IPython's in a cell.

    Raises:
        NotebookError: it is none, or the cell of a workflow is broken; the text names the cell.
    """
    return _Script(cells_of(notebook), to_python).texts()


class _Script:
    def __init__(self, cells: Sequence[NotebookCell], to_python: Callable[[str], str]) -> None:
        self._cells = cells
        self._to_python = to_python
        self._workflows = workflows_of(cells)
        self._handles = Handles()
        self._owners: dict[str, str] = {}  # who gave a name its value last: a graph, or the notebook itself, ""
        self._places = dict(self._first_places())

    def texts(self) -> list[str]:
        """The cells' texts."""
        return [self._text(cell) for cell in self._cells]

    def _text(self, cell: NotebookCell) -> str:
        if cell.kind == "text":
            return inert(cell.text)  # it will be a comment
        if cell.kind in ("graph", "saved"):
            workflow = self._workflows[cell.name]
            # Only the last cell of that name makes the graph that an output tells of.
            return self._graph(workflow if workflow.cell is cell else Workflow(cell.name, cell, None))
        above = [self._graph(self._workflows[name]) for name in self._places.get(cell.number, ())]
        text = self._to_python(mark_lines(cell.text)).rstrip("\n")
        text = without_handles(text, self._handles)
        self._owners.update(dict.fromkeys(bound_by(text), ""))
        return "\n\n".join([*above, text]) if above else text

    def _first_places(self) -> Iterable[tuple[int, list[str]]]:
        """Which workflows have no cell of their own, by the cell before which their code is to stand."""
        alone = [name for name, workflow in self._workflows.items() if workflow.cell is None]
        for cell in self._cells:
            here = [name for name in alone if name in (*graphs_opened_in(cell.text), *cell.documents)]
            alone = [name for name in alone if name not in here]
            if here:
                yield cell.number, here

    # --- workflows --------------------------------------------------------------------------------

    def _graph(self, workflow: Workflow) -> str:
        remarks: list[str] = []
        text = self._code(workflow, remarks)
        if text is not None:
            bound = bound_by(text)
            if again := sorted(name for name in bound if self._owners.get(name, workflow.name) != workflow.name):
                remarks.append(f"{', '.join(again)}: the notebook had other values by that name until here.")
            self._handles.values[workflow.name] = bound
            self._owners.update(dict.fromkeys(bound, workflow.name))
        return "\n".join([_comment(f"The graph {workflow.name}"), *map(_comment, remarks), *([text] if text else [])])

    def _code(self, workflow: Workflow, remarks: list[str]) -> str | None:
        """The code of a workflow, or None; ``remarks`` gets what is missing in it, and why."""
        cell, document = workflow.cell, workflow.document
        own = _own_code(cell) if cell is not None and cell.kind == "graph" else None
        if document is None and cell is not None and cell.kind == "saved":
            document = document_in(cell.number, cell.text)
        if document is not None:
            try:
                return _written(_with_cell(document, cell))
            except NotWritableError as error:
                said = str(error)
            except Exception as error:  # noqa: BLE001 - a stranger's document may hold anything anywhere
                said = f"its saved form cannot be read ({type(error).__name__}: {error})."
            what = "is left out" if own is None else "is written as its cell says, without what was changed in it since"
            remarks.append(f"{what}: {said}")
        if own is not None and cell is not None and (lost := _nodes_in_remarks(cell)):
            remarks.append(f"is without {', '.join(lost)}: Python has no word for what stands in remarks alone.")
        return own


def _own_code(cell: NotebookCell) -> str:
    """The text of a ``%%funcnodes`` cell without our remarks."""
    try:
        ast.parse(cell.text)
        bare, _ = split_remarks(cell.text)
    except CellError as error:
        raise line_error(cell, error.line, error.reason) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
        what = error.msg if isinstance(error, SyntaxError) else f"this is no Python: {error}"
        raise line_error(cell, line, f"{what}.") from None
    return bare.strip("\n")


def _nodes_in_remarks(cell: NotebookCell) -> list[str]:
    """The nodes of a ``%%funcnodes`` cell that stand in remarks alone, and so are lost with them."""
    _, remarks = split_remarks(cell.text)
    whole = [remark["node"] for remark in remarks.values() if "node" in remark]
    return [str(node.get("name") or node.get("node_id")) for node in whole]


def _with_cell(document: Document, cell: NotebookCell | None) -> Document:
    """The graph, with the text of the cell that it came from only where the notebook shows that cell, too."""
    properties = document.get("prop")
    kept = properties.get("cell") if isinstance(properties, Mapping) else None
    source = kept.get("source") if isinstance(kept, Mapping) else None
    if not isinstance(properties, Mapping) or (cell is not None and str(source).strip() == cell.text.strip()):
        return document
    return {**document, "prop": {key: value for key, value in properties.items() if key != "cell"}}


def _written(document: Document) -> str:
    """The graph as code that stands in a notebook, and may use what that has defined."""
    space = NodeSpace(builtin_library())
    space.deserialize(document)
    find = KnownNames([document])
    _refuse_unclear(space)
    needs_notebook = any(node.node_id == "kernel.variable" for node in space.nodes.values())
    form: Literal["lines", "script"] = "lines" if needs_notebook else "script"
    return write_graph(space, form, Places(space.nodes), find).strip("\n")


def _refuse_unclear(space: NodeSpace) -> None:
    """Refuse a graph with calls of which it cannot be said, without an import, how they are written.

    Raises:
        NotWritableError: there is one; the text names it.
    """
    source = str(cell_of(space).get("source", ""))
    for node in space.nodes.values():
        dotted = node.node_id.removeprefix(PREFIX)
        if not node.node_id.startswith(PREFIX) or loaded(dotted) is not None:
            continue
        # Of a longer name it is not known how much of it is the module; a cell that it came from says so itself.
        if dotted.count(".") > 1 and not source:
            raise NotWritableError(
                f"{node.name} calls {dotted}, and nothing is imported to see what that is: "
                "%funcnodes export writes it, in the notebook."
            )


def _comment(text: str) -> str:
    return inert(f"# {' '.join(text.split())}")
