"""Notebooks executed in real kernels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook


def execute(notebook: Any, folder: Path, **options: Any) -> Any:
    """Run a notebook in ``folder``; ``options`` are nbclient's."""
    place = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=90, kernel_name="python3", resources=place, **options).execute()


def run_cells(folder: Path, *sources: str) -> list[dict[str, Any]]:
    """The plain-text outputs of each cell."""
    done = execute(new_notebook(cells=[new_code_cell(source) for source in sources]), folder)
    return [
        {
            "text": "".join(output.get("text", "") for output in cell.outputs),
            "shown": [output["data"] for output in cell.outputs if "data" in output],
        }
        for cell in done.cells
    ]


def errors_of(folder: Path, *sources: str) -> list[str]:
    """What each of these cells fails with, as a person reads it; they run in one kernel, which has the extension."""
    cells = [new_code_cell(source) for source in ("%load_ext funcnodes_jupyter", *sources)]
    errors: dict[int, str] = {}

    def note(cell: Any, cell_index: int, execute_reply: Any) -> None:
        content = execute_reply["content"]
        errors[cell_index] = _plain("\n".join([content["evalue"], *content["traceback"]]))

    execute(new_notebook(cells=cells), folder, on_cell_error=note, allow_errors=True)
    assert list(errors) == list(range(1, len(cells))), errors
    return list(errors.values())


def _plain(text: str) -> str:
    """Without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def shown(notebook: Any) -> list[str]:
    """What each output of an executed notebook is as plain text."""
    return [
        output["data"]["text/plain"] if "data" in output else output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]
