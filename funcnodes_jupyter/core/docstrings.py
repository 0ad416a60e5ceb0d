"""What a docstring says: the description, and a few sentences for each argument (Google and numpy style)."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(
    r"^(Args|Arguments|Parameters|Other Parameters|Keyword Args|Keyword Arguments|Returns|Raises|Yields|Receives|"
    r"Examples?|Notes?|References|See Also|Warns|Warnings?|Attributes|Methods)\s*:?\s*$"
)
_UNDERLINE = re.compile(r"^\s*-{3,}\s*$")
_ARGUMENT = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_NUMPY_ARGUMENTS = re.compile(r"^(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")
_ARGUMENT_SECTIONS = (
    "Args",
    "Arguments",
    "Parameters",
    "Other Parameters",
    "Keyword Args",
    "Keyword Arguments",
)


def split_docstring(docstring: str | None) -> tuple[str, dict[str, str]]:
    """(description without its sections, {argument: description}); of numpy's style each argument's first paragraph."""
    if not docstring:
        return "", {}
    description: list[str] = []
    reader = _Arguments()
    section, numpy = "", False
    lines = inspect.cleandoc(docstring).splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        header = _SECTION.match(line)
        underlined = bool(_UNDERLINE.match(below))
        if header and (underlined or not numpy):
            section, numpy = header.group(1), underlined
            reader.names = ()
        elif not section:
            description.append(line)
        elif section in _ARGUMENT_SECTIONS and not _UNDERLINE.match(line):
            reader.read_numpy(line) if numpy else reader.read_google(line)
    return "\n".join(description).strip(), reader.found


class _Arguments:
    """Takes up the lines of a section of arguments; ``names`` are those that the lines speak of."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.names: tuple[str, ...] = ()

    def read_google(self, line: str) -> None:
        stripped = line.strip()
        match = _ARGUMENT.match(stripped)
        if match and _indent(line) <= 4:
            self.names = (match.group(1),)
            self.found[match.group(1)] = match.group(2)
        else:
            self._go_on(stripped)

    def read_numpy(self, line: str) -> None:
        stripped = line.strip()
        if not _indent(line):
            match = _NUMPY_ARGUMENTS.match(stripped)
            self.names = tuple(name.strip(" *") for name in match.group(1).split(",")) if match else ()
            self.found.update(dict.fromkeys(self.names, ""))
        elif stripped:
            self._go_on(stripped)
        elif any(self.found[name] for name in self.names):
            self.names = ()  # what follows the first paragraph goes into detail

    def _go_on(self, text: str) -> None:
        for name in self.names if text else ():
            self.found[name] = f"{self.found[name]} {text}".strip()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
