"""nbconvert's exporter ``funcnodes``: the workflows of a notebook as an archive, which **Import…** makes a worker of."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.convert.fnw import SUFFIX, archive_pieces
from funcnodes_jupyter.manager.record import FORMAT
from funcnodes_jupyter.worker.notebookgraphs import graph_of_notebook


class ArchiveExporter(Exporter):
    """Writes an ``.fnw`` archive. Nothing of the notebook is run or imported for that, trusted or not."""

    export_from_notebook = "FuncNodes Archive (.fnw)"
    output_mimetype = "application/zip"

    def _file_extension_default(self) -> str:
        return SUFFIX

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[bytes, Any]:  # type: ignore[override]
        """The archive, and nbconvert's resources.

        Raises:
            ConversionException: there is no workflow in the notebook, or a broken one; the text names the cell.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        name = str(resources.get("metadata", {}).get("name") or "notebook")
        try:
            document = graph_of_notebook(nb)
            return b"".join(archive_pieces({"name": name, "format": FORMAT}, document, ())), resources
        except ConvertError as error:
            raise ConversionException(str(error)) from None
        except RecursionError:
            raise ConversionException("A value in a graph of this notebook is nested too deeply.") from None
