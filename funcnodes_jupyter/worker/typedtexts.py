"""What a typed text becomes for the types of packs: the input converters that render options can name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from funcnodes_jupyter.core.conversion import convert_text
from funcnodes_jupyter.core.errors import ValueConversionError


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueConversionError(text, "JSON") from None


def _from_list(text: str) -> Any:
    word = text.strip()
    return convert_text(word if word[:1] in ("[", "(") else f"[{word}]", "list")


CONVERTERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "str_to_text": lambda text: text,
    "str_to_number": lambda text: convert_text(text, {"anyOf": ["int", "float"]}),
    "str_to_list": _from_list,
    "str_to_dict": lambda text: convert_text(text, "dict"),
    "str_to_json": _from_json,
}
"""By name. Each raises a ValueConversionError for a text that it cannot read."""
