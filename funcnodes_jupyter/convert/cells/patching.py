"""The text that a graph came from, with the values that were changed since; comments and form stay as they are."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from funcnodes_jupyter.convert.cells.draft import CellGraph, Constant, Draft
from funcnodes_jupyter.convert.cells.expressions import KERNEL
from funcnodes_jupyter.convert.cells.live import LiveNode, same_value, written
from funcnodes_jupyter.convert.cells.parts import parts_of
from funcnodes_jupyter.convert.cells.remarks import Remark, split_remarks, with_remarks
from funcnodes_jupyter.convert.cells.source import lines_of
from funcnodes_jupyter.convert.cells.wholenodes import whole_remark
from funcnodes_jupyter.core.callports import SOURCE

Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Patch:
    """Text in the place of other text."""

    span: Span
    text: str


def patched(source: str, graph: CellGraph, nodes: Mapping[str, LiveNode], *, alone: bool = False) -> str | None:
    """``source`` with the values that its nodes hold now, and without remarks but those that make nodes.

    None when more than values changed, or when it is to run ``alone`` and cannot.

    Args:
        source: The text of the cell.
        graph: What it is read as.
        nodes: The graph's nodes as they are now, by uuid.
    """
    by_key = {live.key: live for live in nodes.values() if live.key}
    if not graph.drafts.keys() <= by_key.keys():
        return None
    if alone and any(draft.saved is not None or draft.node_id == KERNEL for draft in graph.drafts.values()):
        return None
    bare, _ = split_remarks(source)
    patches: list[Patch] = []
    for draft in graph.drafts.values():
        found = _patches_of(draft, by_key, bare)
        if found is None:
            return None
        patches += found
    whole = {draft.line: _whole(draft, by_key[draft.key]) for draft in graph.drafts.values() if draft.saved is not None}
    return _applied(with_remarks(bare, whole), patches)


def _whole(draft: Draft, live: LiveNode) -> Remark:
    return whole_remark(live, draft.remark.get("takes", {}), draft.remark.get("gives", {}))


def _patches_of(draft: Draft, by_key: Mapping[str, LiveNode], source: str) -> list[Patch] | None:
    live = by_key[draft.key]
    wanted = {
        port: (by_key[given.key].uuid, given.port)
        for port, given in draft.inputs.items()
        if not isinstance(given, Constant)
    }
    if live.node_id != draft.node_id or live.wires != wanted:
        return None
    if draft.saved is not None:
        return []
    constants = {port: given for port, given in draft.inputs.items() if isinstance(given, Constant)}
    if live.values.keys() - constants.keys() - wanted.keys() and draft.node_id != "kernel.variable":
        return None
    patches = []
    for port, constant in constants.items():
        value = live.values.get(port)
        if same_value(value, constant.value):
            continue
        span = _code_span(source, draft, str(constant.value)) if port == SOURCE else constant.span
        text = str(value) if port == SOURCE else written(value)
        if span is None or text is None:
            return None
        patches.append(Patch(span, text))
    return patches


def _code_span(source: str, draft: Draft, text: str) -> Span | None:
    """Where the statement, or the part of the cell, stands that is nothing but this code."""
    statements = ast.parse(source).body
    lines = lines_of(source)
    for part in parts_of(source, statements):
        if part.line == draft.line and part.text == text:
            return (part.line, 0, part.last_line, len(lines[part.last_line - 1].encode()))
    for statement in statements:
        first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
        last = statement.end_lineno or first
        if first <= draft.line <= last and "\n".join(lines[first - 1 : last]).strip() == text:
            return (first, 0, last, len(lines[last - 1].encode()))
    return None


def _applied(source: str, patches: list[Patch]) -> str:
    lines = [line.encode() for line in lines_of(source)]
    for patch in sorted(patches, key=lambda patch: patch.span, reverse=True):
        first, start, last, end = patch.span
        lines[first - 1 : last] = [lines[first - 1][:start] + patch.text.encode() + lines[last - 1][end:]]
    return b"\n".join(lines).decode() + "\n"
