"""nbconvert's exporter ``funcnodes_html``: a notebook as one HTML file, whose graphs can be looked into without network."""

from __future__ import annotations

import base64
import mimetypes
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter
from nbconvert.utils.exceptions import ConversionException
from traitlets.config import Config

from funcnodes_jupyter.convert.errors import ConvertError, NotebookError
from funcnodes_jupyter.convert.notebooks.cells import MIMETYPE, documents_in
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.server.viewerpage import ViewerParts, content_policy, graph_place, scripted, styled
from funcnodes_jupyter.worker.viewing import long_texts, saved_state, state_of_document

_NEEDS_A_SERVER = ("application/vnd.jupyter.widget-view+json", "application/javascript")
_FORMULA = re.compile(r"\$[^$]+\$|\\\(|\\\[|\\begin\{")
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_PLACES = "funcnodes_places"
_NO_WORDS = "No description has been provided for this image"
"""What nbconvert says of a picture of which nothing is said."""
_STYLE = """
.jp-Mermaid:not(.jp-RenderedMermaid) { display: block; }
"""
"""Diagrams are drawn by a script that has to be fetched: here their text is shown."""


class ViewerExporter(HTMLExporter):
    """Writes HTML as nbconvert's own exporter does, with a viewer in the place of each graph's picture.

    The page asks nothing of any network, and runs no script but the viewer's (and, where there are formulas, that which
    sets them): what stands in the notebook is foreign. Nothing of it is run or imported for that, trusted or not.
    """

    export_from_notebook = "FuncNodes Page (offline HTML)"

    @property
    def default_config(self) -> Config:
        """As nbconvert's, without what only a server or a script could show."""
        config: Config = super().default_config
        known = config.NbConvertBase.display_data_priority
        config.NbConvertBase.display_data_priority = [mime for mime in known if mime not in _NEEDS_A_SERVER]
        return config

    def __init__(self, config: Any = None, **kw: Any) -> None:
        """See nbconvert's; the last thing that is done to a notebook before it is written is to put its graphs aside."""
        super().__init__(config, **kw)  # type: ignore[no-untyped-call]
        self.register_preprocessor(_put_graphs_aside, enabled=True)  # type: ignore[no-untyped-call]

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The page, and nbconvert's resources.

        Raises:
            ConversionException: a graph in the notebook is broken, and the text names its cell; or the viewer was never
                built.
        """
        try:
            parts = ViewerParts.read()
        except ConvertError as error:
            raise ConversionException(str(error)) from None
        page, resources = super().from_notebook_node(nb, resources, **kw)
        places: _Places = resources.pop(_PLACES)
        folder = str(resources.get("metadata", {}).get("path") or "")
        soup = BeautifulSoup(page, features="html.parser")
        _shut(soup, folder)
        places.unstyled(soup)
        return places.filled(_with_parts(soup, parts, viewer=bool(places.html))), resources


def _put_graphs_aside(nb: Any, resources: Any) -> tuple[Any, Any]:
    """A notebook with a word in the place of each graph, and in the resources what is to stand there.

    Raises:
        ConversionException: a graph is broken.
    """
    # Such a word cannot be guessed, so nothing else becomes a graph.
    places = _Places(secrets.token_hex(16))
    try:
        cells = [places.in_cell(number, cell) for number, cell in enumerate(nb.cells, start=1)]
    except ConvertError as error:
        raise ConversionException(str(error)) from None
    except RecursionError:
        raise ConversionException("A value in a graph of this notebook is nested too deeply.") from None
    resources[_PLACES] = places
    return type(nb)({**nb, "cells": cells}), resources


class _Places:
    """What stands where graphs were: a word each, for which their HTML is put in at the end."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.html: list[str] = []

    def in_cell(self, number: int, cell: Any) -> Any:
        """The cell with such words in its outputs.

        Raises:
            NotebookError: a graph in it is broken.
        """
        outputs = cell.get("outputs")
        if not outputs:
            return cell
        return type(cell)({**cell, "outputs": [self._in_output(number, output) for output in outputs]})

    def unstyled(self, soup: BeautifulSoup) -> None:
        """Have no style of the page's for HTML reach into the graphs."""
        for word in soup.find_all(string=re.compile(self._token)):
            if word.parent is not None:
                word.parent["class"] = "jp-OutputArea-output"

    def filled(self, page: str) -> str:
        """The page with the graphs."""
        return re.sub(rf"{self._token}(\d+)\.", lambda word: self.html[int(word[1])], page)

    def _in_output(self, number: int, output: Any) -> Any:
        data = output.get("data")
        if not isinstance(data, Mapping):
            return output
        graph = _graph(number, data) if MIMETYPE in data else None
        if graph is None:
            return type(output)({**output, "data": _without_scripts(data)})
        self.html.append(graph)
        return type(output)({**output, "data": {"text/html": f"{self._token}{len(self.html) - 1}."}})


def _graph(number: int, data: Mapping[str, Any]) -> str | None:
    """The HTML of a graph; None when it was too large to be kept, and only its picture is there."""
    held = data[MIMETYPE]
    documents = dict(documents_in(number, held))
    state = saved_state(held)
    document = documents.get(held["name"])
    if state is None:
        if document is None:
            return None
        try:
            state = state_of_document(held["name"], document)
        except DocumentError as error:
            raise NotebookError(number, str(error)) from None
    picture = data.get("image/svg+xml", "")
    return graph_place(state, long_texts(document or {}), picture if isinstance(picture, str) else "")


def _without_scripts(data: Mapping[str, Any]) -> dict[str, Any]:
    """An output whose HTML is drawn by a script shows its picture, if it has one."""
    page = data.get("text/html")
    drawn = isinstance(page, str) and "<script" in page and any(mime in data for mime in _PICTURES)
    return {mime: content for mime, content in data.items() if not (drawn and mime == "text/html")}


def _shut(soup: BeautifulSoup, folder: str) -> None:
    """Take out of a page all that would be fetched or run, and put the pictures of a folder into it."""
    for element in soup.select("script, base, link, meta[http-equiv], iframe:not([srcdoc]), object, embed"):
        element.decompose()
    for image in soup.select("img"):
        _settle(soup, image, folder)


def _with_parts(soup: BeautifulSoup, parts: ViewerParts, *, viewer: bool) -> str:
    """The text of a page with our own scripts in it, as far as it needs them."""
    scripts = [parts.script] if viewer else []
    if _has_formulas(soup):
        scripts.append(parts.math)
    style = styled(_STYLE) + (styled(parts.style) if viewer else "")
    # No parser reads all texts as browsers do. Written so, this is the same in a text, and no name of an attribute: what was
    # hidden from this one still leads nowhere.
    text = re.sub("(http)-(equiv)", r"\1&#45;\2", str(soup), flags=re.IGNORECASE)
    text = text.replace("<head>", f"<head>{content_policy(scripts)}", 1).replace("</head>", f"{style}</head>", 1)
    body, end, rest = text.rpartition("</body>")
    return "".join((body, *map(scripted, scripts), end, rest))


def _settle(soup: BeautifulSoup, image: Tag, folder: str) -> None:
    """A picture that is a file stands in the page from here on; in the place of one that is elsewhere stands a link."""
    source = str(image.get("src", ""))
    del image["srcset"]
    if source.startswith("data:"):
        return
    found = _embedded(Path(folder), source) if folder else None
    if found is not None:
        image["src"] = found
        return
    word = soup.new_tag("a")
    said = str(image.get("alt") or "")
    word.string = source if said in ("", _NO_WORDS) else said
    if source.startswith(("http://", "https://")):
        word.attrs.update(href=source, rel="noreferrer", target="_blank")
    image.replace_with(word)


def _embedded(folder: Path, source: str) -> str | None:
    """The address of a picture in the page itself; None when it is no picture below ``folder``."""
    kind = mimetypes.guess_type(source)[0] or ""
    try:
        path = (folder / unquote(source)).resolve()
        # The notebook may name any file, and whoever gets the page must not get more than its pictures.
        if not kind.startswith("image/") or not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    except (OSError, ValueError):
        return None


def _has_formulas(soup: BeautifulSoup) -> bool:
    texts = (element.get_text() for element in soup.select(".jp-RenderedMarkdown, .jp-RenderedLatex"))
    return any(map(_FORMULA.search, texts))
