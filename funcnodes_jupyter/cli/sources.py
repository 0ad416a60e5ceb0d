"""Files that hold a graph: archives, saved graphs, scripts, notebooks. Reading one runs nothing of it but imports of a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from funcnodes_jupyter.convert.errors import NotebookError, UnreadableSourceError
from funcnodes_jupyter.convert.fnw import open_archive
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.celldocument import document_of_text
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.notebookgraphs import graph_of_notebook
from funcnodes_jupyter.worker.packs import add_packs
from funcnodes_jupyter.worker.savedform import from_bytes

NOTEBOOK = ".ipynb"


def read_source(path: Path, only: str = "") -> Document:
    """The saved graph in a file whose ending is one of :data:`SOURCES`.

    Args:
        only: Which workflow of a notebook is meant; all of them when left out.

    Raises:
        UnreadableSourceError: it cannot be read; the text says why.
        ConvertError: it is an archive that is refused, or a script that cannot be a graph.
    """
    try:
        return _of_notebook(path, only) if path.suffix == NOTEBOOK else _READERS[path.suffix](path)
    except OSError as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error.strerror or error}") from None
    except (DocumentError, NotebookError, UnicodeDecodeError) as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error}") from None


def known_library() -> Library:
    """The nodes of this package and of the packs that are installed."""
    library = builtin_library()
    add_packs(library)
    return library


def _of_archive(path: Path) -> Document:
    with path.open("rb") as stream, open_archive(stream) as archive:
        return archive.document


def _of_script(path: Path) -> Document:
    return document_of_text(path.read_text(encoding="utf-8"), known_library(), find_name)


def _of_notebook(path: Path, only: str) -> Document:
    """The graphs of a notebook; nothing of it is run, or imported."""
    return graph_of_notebook(read_notebook(path), only)


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook as the JSON that it is.

    Raises:
        NotebookError: it is none.
        OSError: it cannot be read.
    """
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise NotebookError(0, f"This is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise NotebookError(0, "This is no notebook.")
    return found


_READERS: Mapping[str, Callable[[Path], Document]] = {
    ".fnw": _of_archive,
    ".json": lambda path: from_bytes(path.read_bytes()),
    ".py": _of_script,
}
SOURCES = (*_READERS, NOTEBOOK)
