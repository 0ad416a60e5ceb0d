"""Encoders by type: asked along the type's bases, the first that says it handled the value wins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar


class Encdata(NamedTuple):
    """What an encoder for JSON made of a value.

    ``data`` counts when ``handeled`` (the spelling is that of the published packs). It is encoded further
    unless ``done``, and then as a preview if ``continue_preview`` says so (None: as before).
    """

    data: Any
    done: bool = False
    handeled: bool = False
    continue_preview: bool | None = None


class BytesEncdata(NamedTuple):
    """What an encoder for bytes made of a value, and of which mime type it is."""

    data: Any
    handeled: bool = False
    mime: str | None = None


E = TypeVar("E", bound=Callable[..., Any])


class EncoderRegistry(Generic[E]):
    """Encoders by the classes they are for. Filled when packs are imported, read from then on."""

    __slots__ = ("_by_class",)

    def __init__(self) -> None:
        self._by_class: dict[type, tuple[E, ...]] = {}

    def add(self, encoder: E, classes: Iterable[type] | type | None = None) -> None:
        """Ask ``encoder`` for values of these classes and of what derives from them; for all when none is named."""
        for cls in (classes,) if isinstance(classes, type) else (object,) if classes is None else tuple(classes):
            known = self._by_class.get(cls, ())
            if encoder not in known:
                self._by_class[cls] = (*known, encoder)

    def find(self, kind: type) -> list[E]:
        """The encoders for a type, those of the nearest base first, each base's in the order they came."""
        by_class = self._by_class
        if not by_class:
            return []
        return [encoder for cls in kind.__mro__ if cls in by_class for encoder in by_class[cls]]
