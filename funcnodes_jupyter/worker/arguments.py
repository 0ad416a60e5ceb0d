"""What a client sent for a command, checked against the annotations of the command's function."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

import msgspec

from funcnodes_jupyter.worker.errors import ArgumentError

_AT = re.compile(r" - at `\$(?:\.)?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`")


class Arguments:
    """Reads the arguments of one function.

    Args:
        function: Its first parameter is not the client's to give; each other has an annotation.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        hints = get_type_hints(function, include_extras=True)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        fields = [
            (parameter.name, hints[parameter.name])
            if parameter.default is inspect.Parameter.empty
            else (parameter.name, hints[parameter.name], parameter.default)
            for parameter in parameters
        ]
        self._names = [parameter.name for parameter in parameters]
        self._struct = msgspec.defstruct(function.__name__, fields, kw_only=True)

    def read(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The function's keywords; what it does not know is left out.

        Raises:
            ArgumentError: an argument is missing or of the wrong type; the text names it.
        """
        try:
            found = msgspec.convert(kwargs, self._struct)
        except msgspec.ValidationError as error:
            raise ArgumentError(_in_words(str(error))) from None
        return {name: getattr(found, name) for name in self._names}


@cache
def arguments_of(function: Callable[..., Any]) -> Arguments:
    """The reader for ``function``, made when it is first asked for."""
    return Arguments(function)


def _in_words(message: str) -> str:
    """msgspec's message, beginning with the name of the argument."""
    place = _AT.search(message)
    path = place["path"] if place else ""
    what = message[: place.start()] if place else message
    missing = _MISSING.fullmatch(what)
    if missing:
        return f"{path + '.' if path else ''}{missing['field']}: is missing"
    return f"{path or 'kwargs'}: {what[:1].lower()}{what[1:]}"
