"""What a cell is read as: nodes that are to be, and what its names mean in the end."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Wire:
    """An output of a draft: its key and the port's id."""

    key: str
    port: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the cell itself; ``span`` is where: line, column, last line, end (columns in bytes)."""

    value: Any
    span: tuple[int, int, int, int] | None = field(default=None, compare=False)


Source = Wire | Constant


@dataclass(slots=True)
class Draft:
    """A node that is to be.

    Attributes:
        key: What it is known by when the cell is read again: the variable's name, or a path such as ``x/groupby``.
        name: What a person reads.
        node_id: Its class.
        line: Where in the cell it stands, from 1.
        inputs: What its inputs get, in the order of the ports.
        ports: The inputs that this node alone has, as declared in a saved graph.
        outputs: The outputs that this node alone has, with the names that they give values to.
        class_outputs: The outputs of its class, where that is known; else there is one, ``out``.
        properties: What is kept with it, such as the names that its code changes in place.
        remark: What a comment behind its statement says of it; see :mod:`funcnodes_jupyter.convert.cells.remarks`.
        modules: What its own text imports.
        after: The keys of nodes that have to run before it for what they do, not for what they give.
        saved: Its saved form, when a remark alone makes it.
    """

    key: str
    name: str
    node_id: str
    line: int
    inputs: dict[str, Source] = field(default_factory=dict)
    ports: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    class_outputs: Sequence[str] = ()
    properties: dict[str, Any] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    after: list[str] = field(default_factory=list)
    remark: Mapping[str, Any] = field(default_factory=dict)
    saved: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """The nodes of the statements that share a line, as one remark tells of them.

    Attributes:
        lines: The first and the last line; behind the last one stands the remark.
        keys: The nodes; the remark itself is about the last one.
    """

    lines: tuple[int, int]
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class CellGraph:
    """What a cell is read as.

    Attributes:
        drafts: Its nodes by key, in the order in which Python would run them.
        variables: Where the value of each name is, after the last line.
        result: Where the value of the last line is, when that is an expression.
        imports: What the cell imports: (name, what it is called in full, a statement that imports it alone).
        blocks: Which nodes are made by which lines.
    """

    drafts: Mapping[str, Draft]
    variables: Mapping[str, Wire]
    result: Wire | None
    imports: Sequence[tuple[str, str, str]] = ()
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a dotted name stands for in the worker's environment.

    Attributes:
        kind: ``missing`` when there is no such thing; ``reason`` says why.
        signature: Of a callable; None when it tells none.
        ports: The inputs of a callable by parameter, as declared in a saved graph.
        node_id: Of the function of a node class, the class; empty for all else.
        outputs: The outputs of that class.
    """

    kind: Literal["module", "callable", "value", "missing"]
    signature: inspect.Signature | None = None
    ports: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    reason: str = ""
    node_id: str = ""
    outputs: Sequence[str] = ()


class Finder(Protocol):
    """Looks a dotted name such as ``pandas.read_csv`` up, importing what is needed."""

    def __call__(self, dotted: str) -> Found: ...


@dataclass(frozen=True, slots=True)
class KernelName:
    """What a name means in the kernel that the cell comes from.

    ``module`` and ``callable`` have the dotted name as ``text``; a ``function`` of the notebook has its source; a
    ``value`` nothing, for it travels by itself.
    """

    kind: Literal["module", "callable", "function", "value"]
    text: str = ""
