"""``funcnodes convert SOURCE TARGET``: a graph as a script, a saved graph, or an archive, and back; notebooks, too.

Also as a notebook, as a picture, and as a page to look into it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from funcnodes_jupyter.cli.pictures import as_page, as_svg, shown
from funcnodes_jupyter.cli.sources import NOTEBOOK, SOURCES, known_library, read_notebook, read_source
from funcnodes_jupyter.cli.workerview import have_saved, state_now
from funcnodes_jupyter.convert.errors import NotebookError, UnreadableSourceError, UntrustedSourceError
from funcnodes_jupyter.convert.fnw import archive_pieces
from funcnodes_jupyter.core.document import Document
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import WorkerNotFoundError
from funcnodes_jupyter.manager.record import FORMAT
from funcnodes_jupyter.manager.registry import Registry
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.cellexport import write_graph
from funcnodes_jupyter.worker.home import WorkerHome
from funcnodes_jupyter.worker.notebookstates import states_in
from funcnodes_jupyter.worker.placement import Places
from funcnodes_jupyter.worker.savedform import to_bytes
from funcnodes_jupyter.worker.trust import as_untrusted, untrusted_nodes
from funcnodes_jupyter.worker.viewing import long_texts

SHOWN = (".svg", ".html", NOTEBOOK)
TARGETS = (".py", ".json", ".fnw", *SHOWN)


def add_to(commands: Any) -> None:
    """Add the subcommand to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "convert",
        help="write a graph as a script, JSON, an archive, a notebook, a picture, or a page to look into it",
    )
    parser.add_argument(
        "source",
        help="an archive (.fnw), a saved graph (.json), a script (.py), a notebook (.ipynb), or a worker's name",
    )
    parser.add_argument("target", type=Path, help=f"FILE with one of the endings {', '.join(TARGETS)}")
    parser.add_argument(
        "--trust", action="store_true", help="import what an archive or a saved graph names, which runs its code"
    )
    parser.add_argument("--dir", type=Path, help="base folder (default: FUNCNODES_CONFIG_DIR, else ~/.funcnodes)")
    parser.set_defaults(run=run, takes_rest=False, refuse=parser.error)


def run(arguments: argparse.Namespace) -> int:
    """Convert, and say so.

    Raises:
        ConvertError, ManagerError: it cannot be done; the text says why.
    """
    target: Path = arguments.target
    if target.suffix not in TARGETS:
        arguments.refuse(f"{target.name}: a target ends in {', '.join(TARGETS)}")
    source = Path(arguments.source)
    if source.suffix == NOTEBOOK and target.suffix == ".py":
        data = _script_of_notebook(source)  # of all its cells, not only of its graphs
    elif target.suffix in SHOWN:
        data = _seen(arguments)
    else:
        data = _WRITERS[target.suffix](_document_of(arguments), source.stem)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise UnreadableSourceError(f"{target} cannot be written: {error.strerror or error}") from None
    print(f"Wrote {target}.")
    return 0


# --- reading --------------------------------------------------------------------------------------


def _document_of(arguments: argparse.Namespace) -> Document:
    source = Path(arguments.source)
    if source.suffix not in SOURCES:
        return _of_worker(arguments.source, arguments.dir)
    document = read_source(source)
    return document if source.suffix == ".py" or arguments.trust else as_untrusted(document)


def _home(name: str, folder: Path | None) -> WorkerHome:
    base = BaseFolder.at(folder)
    entries = Registry(base).scan()
    uuid = next((uuid for uuid, entry in entries.items() if name in (uuid, entry.status.name) and entry.record), None)
    if uuid is None:
        raise WorkerNotFoundError(name)
    return WorkerHome(base.path, uuid)


def _of_worker(name: str, folder: Path | None) -> Document:
    home = _home(name, folder)
    have_saved(home)  # what was edited a moment ago is not on the disk yet
    try:
        document = home.read_document()
    except (OSError, DocumentError) as error:
        raise UnreadableSourceError(f"The graph of {name!r} cannot be read: {error}") from None
    if document is None:
        raise UnreadableSourceError(f"The graph of {name!r} is empty.")
    return document


# --- looking ---------------------------------------------------------------------------------------


def _seen(arguments: argparse.Namespace) -> bytes:
    """The graph as it is shown, with what is known of its last values. No code in it runs for that."""
    ending = arguments.target.suffix
    state, document = _state_of(arguments)
    if ending == NOTEBOOK:
        # nbformat takes longer to load than all else, and nothing else of this command needs it.
        from funcnodes_jupyter.cli.notebooks import as_notebook

        return as_notebook(state, _document_of(arguments))
    return (as_svg if ending == ".svg" else as_page)(state, long_texts(document))


def _state_of(arguments: argparse.Namespace) -> tuple[FullState, Document]:
    """What is seen of the graph, and its saved form."""
    source = Path(arguments.source)
    if source.suffix in SOURCES:
        document = read_source(source)
        seen = states_in(read_notebook(source)) if source.suffix == NOTEBOOK else []
        return shown(document, source.stem, seen=seen), document
    home = _home(arguments.source, arguments.dir)
    document = _of_worker(arguments.source, arguments.dir)
    return state_now(home) or shown(document, home.read_name(), home.load_previews()), document


# --- writing --------------------------------------------------------------------------------------


def _as_script(document: Document, name: str) -> bytes:
    space = NodeSpace(known_library())
    space.deserialize(document)
    foreign = untrusted_nodes(space)
    if foreign:
        raise UntrustedSourceError(
            f"{foreign[0].name} holds code that came from elsewhere, and writing a script imports what it names: "
            "look at it first (as FILE.json, or in the editor), then add --trust."
        )
    return write_graph(space, "script", Places(space.nodes)).encode()


def _script_of_notebook(path: Path) -> bytes:
    # nbconvert takes a while to load, and nothing else of this command needs it.
    from nbconvert.exporters import get_exporter
    from nbconvert.utils.exceptions import ConversionException
    from nbformat import from_dict

    exporter = get_exporter("funcnodes_script")()  # type: ignore[no-untyped-call]
    try:
        text, _ = exporter.from_notebook_node(from_dict(read_notebook(path)))  # type: ignore[no-untyped-call]
    except OSError as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error.strerror or error}") from None
    except (ConversionException, NotebookError) as error:
        raise UnreadableSourceError(f"{path} cannot be read: {error}") from None
    return str(text).encode()


def _as_archive(document: Document, name: str) -> bytes:
    return b"".join(archive_pieces({"name": name, "format": FORMAT}, document, ()))


_WRITERS: Mapping[str, Callable[[Document, str], bytes]] = {
    ".py": _as_script,
    ".json": lambda document, name: to_bytes(document),
    ".fnw": _as_archive,
}
