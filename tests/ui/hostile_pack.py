"""A node pack that says nothing but payloads, in every place where a pack can say something."""

from __future__ import annotations

import asyncio
import logging
import warnings
from typing import Any

from payloads import PAYLOADS, Payload

from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeOutput
from funcnodes_jupyter.core.shelf import Shelf

BY_NUMBER = {payload.number: payload.text for payload in PAYLOADS}


def named_class(payload: Payload) -> type[Node]:
    """A node whose name, description, ports, types, choices and value are the payload."""
    text = payload.text

    def func(self: Node, **given: Any) -> None:
        self.outputs[f"{text}.out"].value = text

    return type(
        f"Named{payload.number}",
        (Node,),
        {
            "node_id": f"hostile.named.{payload.number}",
            "node_name": text,
            "description": text,
            "default_render_options": {"data": {"src": f"{text}.out"}},
            "func": func,
            "value": NodeInput(
                text, name=text, type=str, description=text, default=text, value_options={"options": [text]}
            ),
            "choice": NodeInput(name=text, type={"type": "enum", "values": [text], "keys": [text]}, default=text),
            "typed": NodeInput(type=text, required=False),
            "out": NodeOutput(f"{text}.out", name=text, type=text, description=text),
        },
    )


class Form:
    """A value that shows itself in one form of IPython's display protocol."""

    def __init__(self, form: str, data: Any, text: str = "") -> None:
        self.form = form
        self.data = data
        self.text = text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {self.form: self.data}

    def __repr__(self) -> str:
        return self.text or str(self.data)


PICTURE: dict[str, Any] = {"outputs": [{"name": "out", "type": "matplotlib.figure.Figure"}]}
"""Of a figure the editor always shows the preview."""


@NodeDecorator("hostile.show", name="Show", **PICTURE)
def show(form: str, number: int) -> Any:
    """One payload as the data of a mime type, after a word that shows that the rest was drawn."""
    text = BY_NUMBER[number]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{text}</svg>'
    return Form(form, text if form != "image/svg+xml" or text.startswith("<?xml") else svg)


@NodeDecorator("hostile.html", name="Html", **PICTURE)
def html(number: int) -> Any:
    return Form("text/html", f"<i>drawn</i> {BY_NUMBER[number]}")


@NodeDecorator("hostile.json", name="Json", **PICTURE)
def json() -> Any:
    """All payloads as keys and values."""
    return {text: [text, {text: text}] for text in BY_NUMBER.values()}


@NodeDecorator("hostile.table", name="Table", **PICTURE)
def table() -> Any:
    """All payloads as names of columns, of the index, and as cells."""
    import pandas as pd

    texts = list(BY_NUMBER.values())
    frame = pd.DataFrame([texts, texts], columns=texts)
    frame.index = pd.Index(texts[:2], name=texts[0])
    return frame


@NodeDecorator("hostile.bundle", name="Bundle", **PICTURE)
def bundle(form: str) -> Any:
    """All payloads at once as the data of a mime type."""
    return Form(form, "\n".join(BY_NUMBER.values()))


@NodeDecorator("hostile.junk", name="Junk", **PICTURE)
def junk() -> Any:
    """Claims to be a table as only a worker sends them."""
    data = {"columns": [{"name": {"a": 1}}], "rows": [[{"a": 1}]], "offset": 0, "total_rows": 1, "total_columns": 1}
    return Form("application/vnd.funcnodes.table+json", data, "junk")


@NodeDecorator("hostile.any_html", name="Any HTML", **PICTURE)
def any_html(text: str) -> Any:
    return Form("text/html", text)


@NodeDecorator("hostile.fail", name="Fail")
def fail(number: int, value: str) -> None:
    raise type(f"Error{number}", (RuntimeError,), {})(BY_NUMBER[number])


@NodeDecorator("hostile.wait", name="Wait")
async def wait(number: int, node: Node) -> None:
    """Says the payload as its progress until it is cancelled."""
    for _ in node.progress(range(2), desc=BY_NUMBER[number]):
        await asyncio.Event().wait()


@NodeDecorator("hostile.talk", name="Talk")
def talk(start: int, end: int) -> None:
    """Says some payloads in every way there is."""
    for payload in PAYLOADS[start:end]:
        print(payload.shown)
        warnings.warn(payload.shown, stacklevel=1)
        logging.getLogger("talk").warning("%s", payload.shown)
    print(f"{3 * (end - start)} lines said")


NODE_SHELF = Shelf(
    PAYLOADS[0].text,
    description=PAYLOADS[0].text,
    nodes=[show, html, json, table, bundle, junk, any_html, fail, wait, talk, *map(named_class, PAYLOADS)],
)
