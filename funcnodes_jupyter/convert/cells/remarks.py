"""What Python has no word for, as a comment behind a statement: ``# funcnodes: {"pos": [40, 40], "mode": "frozen"}``.

A remark is about the last node that its line makes; under ``parts`` it tells of the others, by their keys: what is
nested in an expression, a second name of ``a, b = 1, 2``, a value of the notebook. Taking a remark away loses places,
flags and edges by hand, and nothing of what functions compute. These are its words; each is left out when there is
nothing to say:

``pos``, ``size``, ``collapsed``
    How the node is drawn. A graph that nobody has arranged has no places in its text; of one that somebody has, those
    are written that a reading of the cell would not find by itself.
``mode``, ``timeout``, ``retries``, ``name``
    As in a saved graph; the name only when it is not the variable's.
``after``
    The nodes after which this one runs, where an edge was drawn for that by hand.
``feedback``
    The outputs that close a circle, by input: ``{"a": "total.out"}``.
``wires``
    All sources of an input that receives from more than one output, or from another input: ``{"b": ["x.value"]}``.
    The statement names what comes along the first of them.
``group``, ``groups``
    The groups in which the node stands, from the outside in, and the colours of those that are named first here.
``ports``
    What a person changed of the ports: ``{"b": {"hidden": true}}``; of outputs it says that they are no input.

A node that Python cannot make stands in a remark on a line of its own, as ``node`` in its saved form, with the
variables that it ``takes`` by input and those that it ``gives`` by output.
"""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Iterator, Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.parts import MARK
from funcnodes_jupyter.convert.cells.source import lines_of

Remark = Mapping[str, Any]

_REMARK = re.compile(r"#\s*funcnodes:\s*(?=\{)")
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "pos": list,
    "size": list,
    "collapsed": bool,
    "mode": str,
    "timeout": (int, float),
    "retries": int,
    "name": str,
    "after": list,
    "feedback": dict,
    "wires": dict,
    "group": list,
    "groups": dict,
    "ports": dict,
    "parts": dict,
    "node": dict,
    "takes": dict,
    "gives": dict,
}


def remark_text(remark: Remark) -> str:
    """A remark as the comment that it is."""
    text = json.dumps(remark, ensure_ascii=False)
    return f"# funcnodes: {text if text.isprintable() else json.dumps(remark)}"


def split_remarks(source: str) -> tuple[str, dict[int, Remark]]:
    """A cell without its remarks, line for line, and these by line, from 1.

    What is none that can be read is a comment like others.
    """
    lines = lines_of(source)
    found: dict[int, Remark] = {}
    for number, column, text in _comments(source):
        for match in _REMARK.finditer(text):
            said, end = _said(text, match.end())
            if said is None or number > len(lines):
                continue
            code, others = lines[number - 1][:column], [text[: match.start()].rstrip(), text[end:].strip()]
            if code.strip() or isinstance(said.get("node"), dict) or MARK.match(text[: match.start()]):
                comment = "  ".join(other if other.startswith("#") else f"# {other}" for other in others if other)
                lines[number - 1] = (code + comment).rstrip()
                found[number] = said
            break
    return "\n".join(lines) + "\n" * source.endswith("\n"), found


def inert(text: str) -> str:
    """A text of others for a comment: nothing in it is read as a remark."""
    return re.sub(r"funcnodes:(?=\s*\{)", "funcnodes :", text)


def with_remarks(bare: str, remarks: Mapping[int, Remark]) -> str:
    """A cell that has no remarks, with these behind its lines."""
    lines = lines_of(bare)
    for number, remark in remarks.items():
        before = lines[number - 1]
        lines[number - 1] = f"{before}  {remark_text(remark)}" if before else remark_text(remark)
    return "\n".join(lines) + "\n"


def _comments(source: str) -> Iterator[tuple[int, int, str]]:
    """(line, column, text) of each comment; text that is no Python has none."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield *token.start, token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _said(text: str, start: int) -> tuple[dict[str, Any] | None, int]:
    """(what a remark says, without what it cannot mean; where it ends)."""
    try:
        said, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start
    return {key: value for key, value in said.items() if key in _KINDS and isinstance(value, _KINDS[key])}, end
