"""nbconvert's exporter ``funcnodes_script``: a notebook as a script that needs neither Jupyter nor this package."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import PythonExporter
from nbconvert.filters import ipython2python
from nbconvert.utils.exceptions import ConversionException

from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.worker.notebookscript import script_cells


class FlowScriptExporter(PythonExporter):
    """Writes a script as nbconvert's own exporter does, but with the code of workflows in the place of their cells.

    Nothing of the notebook is run or imported for that, trusted or not.
    """

    export_from_notebook = "FuncNodes Script (Python)"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The script, and nbconvert's resources.

        Raises:
            ConversionException: the notebook is not in Python, or holds a broken workflow; the text names the cell.
        """
        try:
            texts = script_cells(nb, ipython2python)
        except ConvertError as error:
            raise ConversionException(str(error)) from None
        cells = [{**cell, "source": text} for cell, text in zip(nb.cells, texts, strict=True)]
        plain = type(nb)({**nb, "cells": [type(nb)(cell) for cell in cells]})
        output: tuple[str, Any] = super().from_notebook_node(plain, resources, **kw)
        return output
