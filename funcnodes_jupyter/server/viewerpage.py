"""Pages that stand alone: a graph in them can be looked at, and nothing is ever asked of a network.

The editor's viewer is written into the page once, whatever the number of graphs. Each graph is a picture, which is what is
seen where scripts do not run, with the graph's state as JSON beside it; the viewer takes its place.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

import funcnodes_jupyter
from funcnodes_jupyter.convert.errors import UnreadableSourceError
from funcnodes_jupyter.manager.files import read_json_or_none
from funcnodes_jupyter.wire.codec import encode_json
from funcnodes_jupyter.wire.messages import FullState
from funcnodes_jupyter.worker.viewing import with_lines

STATIC = Path(funcnodes_jupyter.__file__).parent / "static"
"""Where the build writes."""


@dataclass(frozen=True)
class ViewerParts:
    """What the build made for such pages, as texts to be written into them."""

    script: str
    style: str
    math: str
    """Sets formulas. It is large, and so only for pages that have some."""

    @classmethod
    def read(cls, folder: Path = STATIC) -> ViewerParts:
        """The parts that are installed.

        Raises:
            UnreadableSourceError: they were never built; the text says how to.
        """
        manifest = read_json_or_none(folder / "manifest.json") or {}
        try:
            script, style, math = (
                (folder / str(manifest[key])).read_text("utf-8") for key in ("viewer", "viewer_css", "math")
            )
        except (KeyError, OSError):
            raise UnreadableSourceError(
                f"The viewer of graphs is not in {folder}: build it with `npm run build:web` in js, "
                "or install a package that has it."
            ) from None
        return cls(script, style, math)


def graph_place(state: FullState, texts: Mapping[str, str], picture: str, *, whole: bool = False) -> str:
    """The HTML of one graph.

    Args:
        texts: Long texts in its inputs; see :func:`~funcnodes_jupyter.worker.viewing.long_texts`.
        picture: It as SVG, which may come from anybody; empty when there is none.
        whole: It fills the window.
    """
    # A script element ends at the first "</script", whatever it holds.
    snapshot = encode_json({"state": with_lines(state), "texts": texts}).decode().replace("<", "\\u003c")
    mark = " data-whole" if whole else ""
    data = f'<script type="application/json">{snapshot}</script>'
    return f'<div class="fn-viewer"{mark}>{_image(state.worker.name, picture)}{data}</div>'


def graph_page(state: FullState, texts: Mapping[str, str], picture: str) -> str:
    """A page with one graph, which fills the window.

    Raises:
        UnreadableSourceError: the viewer was never built.
    """
    parts = ViewerParts.read()
    return Template((files(__package__) / "graph.html").read_text("utf-8")).substitute(
        policy=content_policy([parts.script]),
        title=html.escape(state.worker.name),
        style=styled(parts.style),
        place=graph_place(state, texts, picture, whole=True),
        script=scripted(parts.script),
    )


def content_policy(scripts: Sequence[str]) -> str:
    """A ``<meta>`` element that lets exactly these scripts run, and nothing be fetched; to stand before all else.

    Pictures, fonts and sounds that stand in the page itself are shown. What the page shows is foreign: it is the browser
    that sees to it, whatever is written there.
    """
    hashes = " ".join(f"'sha256-{_digest(_unclosed(script))}'" for script in scripts) or "'none'"
    rules = (
        "default-src 'none'",
        f"script-src {hashes}",
        "style-src 'unsafe-inline'",
        *(f"{kind}-src data: blob:" for kind in ("img", "font", "media")),
        "base-uri 'none'",
        "form-action 'none'",
    )
    policy = html.escape("; ".join(rules))
    # Nor are the names of hosts in links asked for.
    prefetch = '<meta http-equiv="x-dns-prefetch-control" content="off">'
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">{prefetch}'


def scripted(script: str) -> str:
    """A script as an element, as :func:`content_policy` knows it."""
    return f"<script>{_unclosed(script)}</script>"


def styled(style: str) -> str:
    """A style sheet as an element."""
    return f"<style>{_unclosed(style)}</style>"


def _unclosed(text: str) -> str:
    # Both stand in strings, if anywhere, where a backslash before these characters changes nothing.
    return re.sub(r"<(?=/script|/style|!--)", r"<\\", text, flags=re.IGNORECASE)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _image(name: str, picture: str) -> str:
    if not picture:
        return f"<pre>{html.escape(name)}</pre>"
    # As an image no script in it runs, and nothing is fetched for it.
    source = base64.b64encode(picture.encode("utf-8", "replace")).decode()
    return f'<img alt="{html.escape(f"The graph {name}")}" src="data:image/svg+xml;base64,{source}">'
