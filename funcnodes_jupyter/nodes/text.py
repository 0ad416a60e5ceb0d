"""Nodes that work on texts."""

from __future__ import annotations

import string
from typing import Annotated, Any, Literal

from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.nodes.previews import SHOWS_OUT

Count = Annotated[int, InputMeta(value_options={"min": 0})]
Case = Literal["lower case", "UPPER CASE", "Title Case", "Sentence case"]


@NodeDecorator("basic.format_text", name="Format text", default_render_options=SHOWS_OUT)
def format_text(template: str = "{a}", a: Any = "", b: Any = "", c: Any = "") -> str:
    """A text with values put into it, in Python's format: {a} is the value, {a:.2f} has two decimals.

    Args:
        template: Text with {a}, {b} and {c} where the values go.
        a: First value.
        b: Second value.
        c: Third value.
    """
    wanted = {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
    unknown = {field for field in wanted if field.partition(".")[0].partition("[")[0] not in ("a", "b", "c")}
    if unknown:
        raise ValueError(f"The template asks for {{{min(unknown)}}}; there are {{a}}, {{b}} and {{c}}.")
    return template.format(a=a, b=b, c=c)


@NodeDecorator("basic.concatenate_texts", name="Put texts together", default_render_options=SHOWS_OUT)
def concatenate_texts(a: str, b: str, separator: str = "") -> str:
    """Two texts, one after the other.

    Args:
        a: First text.
        b: Second text.
        separator: What stands between them.
    """
    return f"{a}{separator}{b}"


@NodeDecorator("basic.split_text", name="Split text", default_render_options=SHOWS_OUT)
def split_text(text: str, separator: str = "") -> list[str]:
    """The parts of a text.

    Args:
        text: Text to split.
        separator: Where to split; empty splits at blanks and line ends.
    """
    return text.split(separator or None)


@NodeDecorator("basic.join_texts", name="Join texts", default_render_options=SHOWS_OUT)
def join_texts(texts: list[Any], separator: str = ", ") -> str:
    """One text from a list.

    Args:
        texts: The parts; what is no text is written as one.
        separator: What stands between two parts.
    """
    return separator.join(str(part) for part in texts)


@NodeDecorator("basic.replace_text", name="Replace text", default_render_options=SHOWS_OUT)
def replace_text(text: str, search: str, replacement: str = "") -> str:
    """A text in which one word is replaced by another, everywhere.

    Args:
        text: Text to change.
        search: What is replaced, capitals matter.
        replacement: What comes in its place; empty takes it away.
    """
    if not search:
        raise ValueError("Say what is to be replaced: the searched text is empty.")
    return text.replace(search, replacement)


@NodeDecorator("basic.change_case", name="Change case", default_render_options=SHOWS_OUT)
def change_case(text: str, case: Case = "lower case") -> str:
    """A text in small or capital letters.

    Args:
        text: Text to change.
        case: How it is written.
    """
    changed = {
        "lower case": text.lower(),
        "UPPER CASE": text.upper(),
        "Title Case": text.title(),
        "Sentence case": text.capitalize(),
    }
    return changed[case]


@NodeDecorator("basic.strip_text", name="Trim text", default_render_options=SHOWS_OUT)
def strip_text(text: str) -> str:
    """A text without blanks and line ends at its ends.

    Args:
        text: Text to trim.
    """
    return text.strip()


@NodeDecorator("basic.part_of_text", name="Part of text", default_render_options=SHOWS_OUT)
def part_of_text(text: str, start: int = 0, length: Count = 10) -> str:
    """Some characters of a text.

    Args:
        text: Text to cut from.
        start: First character, counted from 0; negative counts from the end.
        length: How many characters at most.
    """
    if length < 0:
        raise ValueError(f"A part cannot have {length} characters.")
    first = start if start >= 0 else max(0, len(text) + start)
    return text[first : first + length]


@NodeDecorator("basic.text_length", name="Length of text")
def text_length(text: str) -> int:
    """How many characters a text has.

    Args:
        text: Text to count.
    """
    return len(text)


@NodeDecorator("basic.text_contains", name="Text contains")
def text_contains(text: str, search: str, match_case: bool = True) -> bool:
    """Whether a text contains another one.

    Args:
        text: Text to look into.
        search: Text to look for.
        match_case: Whether capitals matter.
    """
    return search in text if match_case else search.casefold() in text.casefold()


@NodeDecorator("basic.text_to_number", name="Text to number")
def text_to_number(text: str) -> int | float:
    """The number that a text holds, such as 3.5 or 1e-3.

    Args:
        text: Text of one number, with a decimal point.
    """
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a number.") from None
    return int(text) if text.strip().lstrip("+-").isdecimal() else number


@NodeDecorator("basic.to_text", name="To text", default_render_options=SHOWS_OUT)
def to_text(value: Any) -> str:
    """Any value, written as a text.

    Args:
        value: What is written.
    """
    return str(value)


def shelf() -> Shelf:
    """The nodes of this module."""
    return Shelf(
        "Text",
        "Work on texts.",
        nodes=(
            format_text, concatenate_texts, split_text, join_texts, replace_text, change_case, strip_text,
            part_of_text, text_length, text_contains, text_to_number, to_text,
        ),
    )  # fmt: skip
