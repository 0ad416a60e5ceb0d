"""How a screen shows values and takes them: what node packs say about the types that they bring.

``typemap`` names, by type, the renderer of a value; ``inputconverter`` names, by type, how what a person
typed becomes a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from funcnodes_jupyter.core.datatypes import describe_type
from funcnodes_jupyter.core.errors import RenderOptionsError

KEYS = ("typemap", "inputconverter")


class RenderOptions:
    """Options of several packs, merged; the newest word about a type counts.

    Args:
        options: What to begin with; see :meth:`update`.
    """

    __slots__ = ("_maps",)

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._maps: dict[str, dict[str, str]] = {key: {} for key in KEYS}
        self.update(options or {})

    def update(self, options: Mapping[str, Any]) -> None:
        """Merge ``{"typemap": {type: renderer}, "inputconverter": {type: converter}}``; a type may be a class.

        Raises:
            RenderOptionsError: another key, or no mapping of types to texts. Nothing is changed then.
        """
        if not isinstance(options, Mapping):
            raise RenderOptionsError(f"Render options are a mapping, not {type(options).__name__}.")
        unknown = [str(key) for key in options if key not in KEYS]
        if unknown:
            raise RenderOptionsError(f"There are no render options {', '.join(unknown)}, only {', '.join(KEYS)}.")
        # A new dict, so that whoever reads the old one in another thread is not disturbed.
        self._maps = {key: self._maps[key] | _by_name(key, options.get(key) or {}) for key in KEYS}

    def said(self, key: str, name: str) -> str:
        """What is said of the type of that name under ``typemap`` or ``inputconverter``; empty for nothing."""
        return self._maps[key].get(name, "")

    def as_dict(self) -> dict[str, dict[str, str]]:
        """``{"typemap", "inputconverter"}``, copied."""
        return {key: dict(found) for key, found in self._maps.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RenderOptions) and self._maps == other._maps

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"RenderOptions({self.as_dict()})"


def _by_name(key: str, given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(isinstance(value, str) for value in given.values()):
        raise RenderOptionsError(f"{key!r} is a mapping of types to texts.")
    return {name if isinstance(name := describe_type(kind), str) else str(kind): text for kind, text in given.items()}


REGISTERED: Final = RenderOptions()
"""Where packs register, by :func:`update_render_options`, which they call when they are imported."""


def update_render_options(options: Mapping[str, Any]) -> None:
    """Merge ``options`` into those of this process; see :meth:`RenderOptions.update`."""
    REGISTERED.update(options)
