"""How the types that packs bring are shown and typed in, by the render options of the packs.

A ``typemap`` names a renderer: one of :data:`RENDERERS`, which the editor has, or one that the pack's own browser code
registers. An ``inputconverter`` names what a typed text becomes, one of
:data:`~funcnodes_jupyter.worker.typedtexts.CONVERTERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from funcnodes_jupyter.core.datatypes import TypeDescription, kind_of
from funcnodes_jupyter.core.renderoptions import REGISTERED

RENDERERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("image", "svg"), "image"),
    **dict.fromkeys(("figure", "plot"), "figure"),
    "table": "table",
    "array": "array",
    **dict.fromkeys(("text", "string", "str"), "text"),
    **dict.fromkeys(("number", "float", "int"), "number"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("json", "html"), "any"),
}
"""The renderers of the editor, and the kind of port that each stands for."""


def shown_kind(description: TypeDescription) -> str:
    """The broad type of a port, as :func:`kind_of` says, or as the pack does that brings the type."""
    return RENDERERS.get(renderer_of(description), kind_of(description))


def renderer_of(description: TypeDescription) -> str:
    """The renderer of a port's type; empty where no pack says one."""
    return _said("typemap", description)


def converter_of(description: TypeDescription) -> str:
    """The input converter of a port's type; likewise."""
    return _said("inputconverter", description)


def renderer_of_value(value: Any) -> str:
    """The renderer of a value, by its class or the nearest base of that; likewise."""
    said = (REGISTERED.said("typemap", class_name(cls)) for cls in type(value).__mro__)
    return next(filter(None, said), "")


def class_name(cls: type) -> str:
    """``package.module.Name``, as types are named in render options; built-in classes by their names alone."""
    module = cls.__module__
    return cls.__qualname__ if module == "builtins" else f"{module}.{cls.__qualname__}"


def _said(key: str, description: TypeDescription) -> str:
    if isinstance(description, str):
        return REGISTERED.said(key, description)
    options = [option for option in description.get("anyOf", ()) if option != "None"]
    return _said(key, options[0]) if len(options) == 1 else ""
