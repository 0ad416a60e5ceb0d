"""The text of a cell as statements, and what in one can be no part of a graph."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from funcnodes_jupyter.convert.errors import CellError

_MAGIC = re.compile(r"^\s*(%|!|\?|[\w.]+\s*=\s*[%!])|\?\s*$")
_LINE_END = re.compile(r"\r\n?|\n")
_TRY_ELSEWHERE = "put it into a cell of its own"


def lines_of(source: str) -> list[str]:
    """The lines of a cell as Python counts them: a text knows ends of lines that are none to it, such as U+2028."""
    lines = _LINE_END.split(source)
    return lines if lines[-1] else lines[:-1]


def statements_of(source: str) -> list[ast.stmt]:
    """The statements of a cell.

    Raises:
        CellError: it is no Python, or holds what can be no part of a graph.
    """
    try:
        tree = ast.parse(source, "<cell>")
        for statement in tree.body:
            _refuse(statement)
        compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except CellError:
        raise
    except SyntaxError as error:
        raise _syntax_error(source, error) from None
    except (ValueError, RecursionError, MemoryError) as error:  # a null character, brackets without end
        raise CellError(1, f"this is no Python: {error}") from None
    return tree.body


def _syntax_error(source: str, error: SyntaxError) -> CellError:
    lines = lines_of(source)
    place = error.lineno or 1
    for number, line in enumerate(lines[:place], start=1):
        if _MAGIC.search(line):
            what = line.strip().split()[0]
            return CellError(
                number, f"{what} is no Python: magics and shell lines are no part of a graph; {_TRY_ELSEWHERE}."
            )
    return CellError(min(place, len(lines) or 1), f"{error.msg}.")


def _refuse(statement: ast.stmt) -> None:
    for node in ast.walk(statement):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and (isinstance(node, ast.Global) or node is statement):
            raise CellError(
                node.lineno,
                f"global {', '.join(node.names)}: a node has no names in common with others; "
                "give the value back with return, and hand it over as an argument.",
            )
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            raise CellError(
                node.lineno,
                f"from {'.' * node.level}{node.module or ''} import *: it cannot be seen where a name comes from; "
                "name what you need.",
            )
        if isinstance(node, ast.ImportFrom) and node.level:
            raise CellError(node.lineno, "a cell belongs to no package, so an import cannot begin with a dot.")
    if isinstance(statement, ast.Delete) and any(isinstance(target, ast.Name) for target in statement.targets):
        raise CellError(statement.lineno, "del: a graph keeps its variables; leave the line out, or use another name.")


def imports_of(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str, str]]:
    """Of each name that is imported: the name, what it is called in full, and a statement that imports it alone."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            text = f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
            yield alias.asname or alias.name.partition(".")[0], alias.name, text
    else:
        for alias in statement.names:
            text = f"from {statement.module} import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
            yield alias.asname or alias.name, f"{statement.module}.{alias.name}", text


def text_of(statement: ast.stmt, lines: Sequence[str], first_line: int = 1) -> str:
    """The statement as it was written, when it has its lines for itself.

    Args:
        lines: The text that it stands in.
        first_line: The number of the first of these lines.
    """
    first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
    text = "\n".join(lines[first - first_line : (statement.end_lineno or first) - first_line + 1])
    try:
        alone = len(ast.parse(text).body) == 1
    except SyntaxError:  # a part of the line before, or of the one behind
        alone = False
    return text.strip() if alone else ast.unparse(statement)
