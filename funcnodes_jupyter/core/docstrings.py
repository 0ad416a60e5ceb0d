"""What a docstring says: the description, and one sentence for each argument (Google style)."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"^(Args|Arguments|Parameters|Returns|Raises|Yields|Examples?|Notes?|References)\s*:?\s*$")
_ARGUMENT = re.compile(r"^(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_ARGUMENT_SECTIONS = ("Args", "Arguments", "Parameters")


def split_docstring(docstring: str | None) -> tuple[str, dict[str, str]]:
    """(description without its sections, {argument: description})."""
    if not docstring:
        return "", {}
    description: list[str] = []
    arguments: dict[str, str] = {}
    section, name = "", ""
    for line in inspect.cleandoc(docstring).splitlines():
        header = _SECTION.match(line)
        if header:
            section, name = header.group(1), ""
        elif not section:
            description.append(line)
        elif section in _ARGUMENT_SECTIONS:
            name = _read_argument_line(line, name, arguments)
    return "\n".join(description).strip(), arguments


def _read_argument_line(line: str, name: str, arguments: dict[str, str]) -> str:
    """Take up one line of the arguments' section; returns the argument that it speaks of."""
    stripped = line.strip()
    match = _ARGUMENT.match(stripped)
    indent = len(line) - len(line.lstrip())
    if match and indent <= 4:
        arguments[match.group(1)] = match.group(2)
        return match.group(1)
    if name and stripped:
        arguments[name] = f"{arguments[name]} {stripped}".strip()
    return name
