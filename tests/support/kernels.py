"""Notebooks executed in real kernels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook


def execute(notebook: Any, folder: Path) -> Any:
    client = NotebookClient(notebook, timeout=90, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


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


def shown(notebook: Any) -> list[str]:
    """What each output of an executed notebook is as plain text."""
    return [
        output["data"]["text/plain"] if "data" in output else output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]
