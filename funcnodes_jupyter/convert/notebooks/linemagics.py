"""Lines of a cell that are no Python, and how what is around them is read as Python all the same."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

MARK = "__funcnodes_magic__"
"""The function that a marked line seems to call. Nobody ever defines it."""

_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<targets>\w+(?:[ \t]*[=,][ \t]*\w+)*)[ \t]*=[ \t]*)?"
    r"%(?:(?P<ours>funcnodes)(?![\w.])(?P<rest>[^\n]*)|(?:re|un)?load_ext[ \t]+funcnodes_jupyter[ \t]*)$",
    re.MULTILINE,
)
_TEXT = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_MARKED = re.compile(rf"^([ \t]*)(?:[^\n]*= )?{MARK}\((?P<line>{_TEXT}), [^\n]*\)$", re.MULTILINE)
_HEIGHT = re.compile(r"--height(?:=|\s+)\S+\s*")
_ANY = re.compile(
    r"^(?P<indent>[ \t]*)(?:(?P<targets>[\w.]+)[ \t]*=[ \t]*)?[%!][^\n]*$|^[ \t]*[^\n]*\?[ \t]*$", re.MULTILINE
)
_RUNNING = re.compile(r"\s*%%(time|capture|prun)\b[^\n]*")
"""Cell magics that run what stands below them as it is."""
_VERBS = ("worker", "export")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that was marked: its text, the names that it gives values to, and the graph that it opens, if any."""

    line: str
    targets: tuple[str, ...]
    graph: str


def name_in(arguments: str) -> str:
    """The name of a graph behind a magic, options and quotes left out."""
    return _HEIGHT.sub("", arguments).strip().strip("'\"")


def mark_lines(text: str) -> str:
    """The text with its lines for our magics marked."""
    return _LINE.sub(_marked_line, text)


def graphs_opened_in(text: str) -> list[str]:
    """The graphs that a cell's lines open, in their order."""
    return [name for found in _LINE.finditer(text) if (name := _graph_of(found))]


def without_magics(text: str) -> str:
    """The text with other lines in the place of those for IPython, so that it binds the same names; empty if it is not
    run as Python at all."""
    text = _RUNNING.sub("", text, count=1) if _RUNNING.match(text) else text
    return "" if text.lstrip().startswith("%%") else _ANY.sub(_without_magic, text)


def marked(statement: ast.stmt) -> Mark | None:
    """What a statement stands for, if it is a marked line."""
    if not isinstance(statement, (ast.Expr, ast.Assign)) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    if not isinstance(call.func, ast.Name) or call.func.id != MARK:
        return None
    line, graph = (part.value for part in call.args if isinstance(part, ast.Constant))
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    names = (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return Mark(str(line), tuple(names), str(graph))


def unmarked(text: str, before: str = "") -> str:
    """The text with its marked lines as they were, each with ``before`` before it."""
    return _MARKED.sub(lambda found: f"{found[1]}{before}{ast.literal_eval(found['line'])}", text)


def _marked_line(found: re.Match[str]) -> str:
    targets = f"{found['targets']} = " if found["targets"] else ""
    return f"{found['indent']}{targets}{MARK}({found[0].strip()!r}, {_graph_of(found)!r})"


def _graph_of(found: re.Match[str]) -> str:
    rest = (found["rest"] or "").split()
    return "" if not rest or rest[0] in _VERBS else name_in(found["rest"])


def _without_magic(found: re.Match[str]) -> str:
    return f"{found['indent'] or ''}{found['targets']} = None" if found["targets"] else f"{found['indent'] or ''}pass"
