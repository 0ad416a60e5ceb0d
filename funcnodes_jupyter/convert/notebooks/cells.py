"""The cells of a saved notebook, with what our magics make of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from funcnodes_jupyter.convert.errors import NotebookError
from funcnodes_jupyter.convert.notebooks.linemagics import name_in
from funcnodes_jupyter.core.document import FORMAT_VERSION, Document, migrate
from funcnodes_jupyter.core.errors import DocumentError

MIMETYPE = "application/vnd.funcnodes.nodespace+json"
"""Of an output that shows a graph: ``{"name": …, "worker": …, "document": …, "state": …}``.

The document is the graph when the cell had run, and the state what was seen of it then (:mod:`funcnodes_jupyter.worker.viewing`);
what is too large is left out. By the uuid of the worker, JupyterLab finds the graph again as it is now.
"""

Kind = Literal["text", "code", "graph", "functions", "saved"]

_MAGIC = re.compile(r"%%(funcnodes_node|funcnodes|nodespace)(?![\w.])[ \t]*(.*)")
_KINDS: Mapping[str, Kind] = {"funcnodes": "graph", "funcnodes_node": "functions", "nodespace": "saved"}
_OLDEST_FORMAT = 4


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell.

    Attributes:
        number: Its place in the notebook, from 1.
        kind: ``text`` is no code; ``graph``, ``functions`` and ``saved`` are what stands below ``%%funcnodes``,
            ``%%funcnodes_node`` and ``%%nodespace``.
        text: Its text, without the line of such a magic.
        name: The graph that this line names; empty when there is none.
        above: How many lines of the cell stand above its text.
        documents: The graphs in its outputs, by name.
    """

    number: int
    kind: Kind
    text: str
    name: str = ""
    above: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict)


def cells_of(notebook: Mapping[str, Any]) -> list[NotebookCell]:
    """The cells of a notebook in the form in which it is saved.

    Raises:
        NotebookError: it is none, its language is not Python, or one of our magics or outputs in it is broken.
    """
    cells = notebook.get("cells")
    version = notebook.get("nbformat", _OLDEST_FORMAT)
    if not isinstance(cells, list) or not isinstance(version, int) or version < _OLDEST_FORMAT:
        raise NotebookError(0, "This is no notebook of format 4: open it in JupyterLab, and save it there.")
    language = _language(notebook.get("metadata"))
    if language != "python":
        raise NotebookError(0, f"This notebook is written in {language}: workflows are Python.")
    return [_cell(number, cell) for number, cell in enumerate(cells, start=1)]


def line_error(cell: NotebookCell, line: int, reason: str) -> NotebookError:
    """An error at a line, from 1, of the text of a cell; a person counts the lines of the whole cell."""
    return NotebookError(cell.number, f"Line {line + cell.above}: {reason}")


def document_in(cell: int, text: str) -> Document:
    """The saved graph that a ``%%nodespace`` cell holds.

    Raises:
        NotebookError: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookError(cell, f"%%nodespace: this is no JSON: {error}") from None
    return _checked(cell, found)


def documents_in(cell: int, held: Any) -> Iterator[tuple[str, Document]]:
    """Name and graph of an output of the type :data:`MIMETYPE`; nothing when it holds none.

    Raises:
        NotebookError: it is broken.
    """
    if not isinstance(held, Mapping) or not isinstance(held.get("name"), str) or not held["name"]:
        raise NotebookError(cell, "the graph in its output has no name: run the cell again.")
    if "document" in held:
        yield held["name"], _checked(cell, held["document"])


def _checked(cell: int, document: Any) -> Document:
    try:
        return {"format": FORMAT_VERSION, "nodes": [], "edges": [], **migrate(document)}
    except DocumentError as error:
        raise NotebookError(cell, str(error)) from None


def _language(metadata: Any) -> str:
    """What the notebook is written in; Python where it does not say."""
    for key, word in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(key) if isinstance(metadata, Mapping) else None
        said = found.get(word) if isinstance(found, Mapping) else None
        if isinstance(said, str) and said:
            # Other Pythons say so: "ipython", "xpython".
            return "python" if "python" in said.lower() else said
    return "python"


def _cell(number: int, cell: Any) -> NotebookCell:
    if not isinstance(cell, Mapping):
        raise NotebookError(number, "this is no cell.")
    text = _joined(cell.get("source", ""))
    if cell.get("cell_type") != "code":
        return NotebookCell(number, "text", text)
    documents = dict(_documents(number, cell.get("outputs")))
    blank = text[: len(text) - len(text.lstrip())]
    first, _, rest = text.lstrip().partition("\n")
    magic = _MAGIC.fullmatch(first.rstrip())
    if magic is None:
        return NotebookCell(number, "code", text, documents=documents)
    kind = _KINDS[magic[1]]
    name = name_in(magic[2])
    if not name and kind != "functions":
        raise NotebookError(number, f"%%{magic[1]} NAME: say what the graph is called.")
    return NotebookCell(number, kind, rest, name, blank.count("\n") + 1, documents)


def _documents(number: int, outputs: Any) -> Iterator[tuple[str, Document]]:
    for output in outputs if isinstance(outputs, Sequence) else ():
        data = output.get("data") if isinstance(output, Mapping) else None
        held = data.get(MIMETYPE) if isinstance(data, Mapping) else None
        if held is not None:
            yield from documents_in(number, held)


def _joined(source: Any) -> str:
    """A text as notebooks keep it: whole, or as a list of lines."""
    if isinstance(source, str):
        return source
    return "".join(line for line in source if isinstance(line, str)) if isinstance(source, list) else ""
