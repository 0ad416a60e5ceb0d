"""Files that hold a graph: archives, saved graphs, scripts. Reading one runs nothing of it but imports of a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from funcnodes_jupyter.convert.cells.reading import read_cell
from funcnodes_jupyter.convert.errors import UnreadableSourceError
from funcnodes_jupyter.convert.fnw import open_archive
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.cellexport import keep_cell
from funcnodes_jupyter.worker.cells import CellUpdate
from funcnodes_jupyter.worker.finder import find_name
from funcnodes_jupyter.worker.packs import add_packs
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.savedform import from_bytes


def read_source(path: Path) -> Document:
    """The saved graph in a file whose ending is one of :data:`SOURCES`.

    Raises:
        UnreadableSourceError: it cannot be read; the text says why.
        ConvertError: it is an archive that is refused, or a script that cannot be a graph.
    """
    try:
        return _READERS[path.suffix](path)
    except OSError as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error.strerror or error}") from None
    except (DocumentError, UnicodeDecodeError) as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error}") from None


def empty_space() -> NodeSpace:
    """A graph that knows the nodes of this package and of the packs that are installed."""
    library = builtin_library()
    add_packs(library)
    return NodeSpace(library)


def _of_archive(path: Path) -> Document:
    with path.open("rb") as stream, open_archive(stream) as archive:
        return archive.document


def _of_script(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    graph = read_cell(text, find_name)
    space = empty_space()
    uuids = CellUpdate(space, Places(space.nodes), graph).apply()
    keep_cell(space, text, {}, graph, uuids)
    return space.serialize()


_READERS: Mapping[str, Callable[[Path], Document]] = {
    ".fnw": _of_archive,
    ".json": lambda path: from_bytes(path.read_bytes()),
    ".py": _of_script,
}
SOURCES = tuple(_READERS)
