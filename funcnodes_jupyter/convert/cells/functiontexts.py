"""Functions of a notebook in a script: the text of each stands there once, before its first call."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.names import names_of
from funcnodes_jupyter.convert.errors import NotWritableError
from funcnodes_jupyter.core.callports import SOURCE

PREFIX = "nb:"
_PLAIN = ("plain", "thread")


class FunctionTexts:
    """Takes the texts of nodes apart, so that what two functions need stands there once.

    Args:
        nodes: All nodes of the graph.
    """

    def __init__(self, nodes: Iterable[LiveNode]) -> None:
        texts = dict.fromkeys(_text_of(live) for live in nodes if live.node_id.startswith(PREFIX))
        self._parts = {text: list(_parts_of(text)) for text in texts}
        self._given: dict[str, str] = {}

    @property
    def names(self) -> set[str]:
        """What the texts give values to: no variable may take that."""
        return {name for parts in self._parts.values() for names, _ in parts for name in names}

    def before(self, live: LiveNode) -> list[str]:
        """The lines that are needed before the call of this node, and do not stand there yet.

        Raises:
            NotWritableError: it is no plain function, or another text gives one of its names another meaning.
        """
        if live.node.run_kind not in _PLAIN:
            raise NotWritableError(
                f"{live.node.name} is no plain function but a {live.node.run_kind}: export the graph as json."
            )
        lines: list[str] = []
        for names, text in self._parts[_text_of(live)]:
            # What binds no name is known by itself.
            known = {self._given.get(name) for name in names or (text,)}
            if known == {text}:
                continue
            if known != {None}:
                raise NotWritableError(
                    f"{live.node.name} needs {', '.join(names)} in another version than a node before it: "
                    "define the function again, so that all its nodes call the same."
                )
            self._given.update(dict.fromkeys(names or (text,), text))
            lines += text.splitlines()
        return lines


def _text_of(live: LiveNode) -> str:
    return str(live.values.get(SOURCE, ""))


def _parts_of(text: str) -> Iterable[tuple[tuple[str, ...], str]]:
    """The statements of a text, each with the names that it binds, and an empty line before those that define."""
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise NotWritableError(f"The code of a node is no Python: {error.msg}.") from None
    lines = text.splitlines()
    for statement in body:
        first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
        own = "\n".join(lines[first - 1 : statement.end_lineno])
        defines = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        yield names_of(statement).bound, f"\n\n{own}\n\n" if defines else own
