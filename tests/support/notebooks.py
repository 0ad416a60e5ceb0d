"""Notebooks to convert, and what comes of them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import get_exporter

from funcnodes_jupyter.convert.fnw import open_archive
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library

MIMETYPE = "application/vnd.funcnodes.nodespace+json"


def notebook(*cells: Any, **metadata: Any) -> Any:
    """A notebook of cells; a text is one of code."""
    made = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return nbformat.v4.new_notebook(cells=made, metadata=metadata)


def words(text: str) -> Any:
    """A cell without code."""
    return nbformat.v4.new_markdown_cell(text)


def showing(text: str, **graphs: Any) -> Any:
    """A cell of code with graphs in its outputs."""
    outputs = [
        nbformat.v4.new_output("display_data", {MIMETYPE: {"name": name, "document": document}, "text/plain": name})
        for name, document in graphs.items()
    ]
    return nbformat.v4.new_code_cell(text, outputs=outputs)


def script_of(made: Any) -> str:
    """The script that the exporter writes."""
    text, _ = get_exporter("funcnodes_script")().from_notebook_node(made, {"metadata": {"name": "study"}})
    return str(text)


def archive_of(made: Any) -> bytes:
    """The archive that the exporter writes."""
    data, resources = get_exporter("funcnodes")().from_notebook_node(made, {"metadata": {"name": "study"}})
    assert resources["output_extension"] == ".fnw"
    return bytes(data)


def document_in(archive: bytes) -> dict[str, Any]:
    """The graph in an archive, as a worker takes it."""
    with open_archive(io.BytesIO(archive)) as opened:
        return opened.document


def space_in(archive: bytes) -> NodeSpace:
    """The same, put together; nothing of it has run."""
    space = NodeSpace(builtin_library())
    assert space.deserialize(document_in(archive)) == []
    return space


def values_of(script: str, folder: Path) -> dict[str, Any]:
    """The values of a script's names, as another process computes them in ``folder``, without this package and without IPython."""
    path = folder / "script.py"
    path.write_text(script)
    code = (
        "import json, runpy, sys; sys.modules['funcnodes_jupyter'] = sys.modules['IPython'] = None;"
        f"names = runpy.run_path({str(path)!r});"
        "print(json.dumps({k: v for k, v in names.items() if isinstance(v, (int, float, str, list)) and k[0] != '_'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    values: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return values
