"""Python literals that a person types: ``[1, 2]``, ``{'a': None}``, and what JSON writes otherwise."""

from __future__ import annotations

import ast
import math
from typing import Any

_NAMES: dict[str, Any] = {"inf": math.inf, "nan": math.nan, "true": True, "false": False, "null": None}


class NoLiteralError(ValueError):
    """The text is no literal, or one that is too long or too deep to be read."""


def read_literal(text: str) -> Any:
    """The value of a literal; ``inf`` and ``nan`` are numbers, ``true``, ``false`` and ``null`` are known inside others.

    Raises:
        NoLiteralError: it is none.
    """
    word = text.strip()
    if word in ("inf", "+inf", "-inf", "nan"):
        return float(word)
    try:
        parsed = ast.parse(word, mode="eval")
        if not isinstance(parsed.body, ast.Name):
            parsed = _Named().visit(parsed)
        return ast.literal_eval(parsed)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise NoLiteralError("This is no literal.") from None


class _Named(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_NAMES[node.id]) if node.id in _NAMES else node
