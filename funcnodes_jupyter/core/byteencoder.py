"""Bytes of any value, with their mime type: what a screen loads, or a file holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from funcnodes_jupyter.core.encoders import BytesEncdata, EncoderRegistry
from funcnodes_jupyter.core.jsonencoder import JSONEncoder

ByteEncoderFunction = Callable[[Any, bool], BytesEncdata]
"""``encoder(value, preview)``; a preview may leave out most of a large value."""


class ByteEncoder:
    """``ByteEncoder.encode(value)``.

    ``registry`` is the one place where packs register encoders; a subclass with a registry of its own
    knows nothing of theirs. What has no bytes of its own is written as JSON by ``json_encoder``.
    """

    registry: ClassVar[EncoderRegistry[ByteEncoderFunction]] = EncoderRegistry()
    json_encoder: ClassVar[type[JSONEncoder]] = JSONEncoder

    @classmethod
    def add_encoder(cls, enc: ByteEncoderFunction, enc_cls: Iterable[type] | type | None = None) -> None:
        """Ask ``enc`` for values of the classes ``enc_cls``, or of all; see :class:`EncoderRegistry`."""
        cls.registry.add(enc, enc_cls)

    @classmethod
    def encode(cls, obj: Any, preview: bool = False) -> BytesEncdata:
        """The bytes of ``obj``. Runs code of packs and values: never under the graph lock."""
        for encoder in cls.registry.find(type(obj)):
            found = BytesEncdata(*encoder(obj, preview))
            if found.handeled:
                return found._replace(mime=found.mime or "application/octet-stream")
        if isinstance(obj, bytes | bytearray):
            return BytesEncdata(bytes(obj), True, mime="application/octet-stream")
        if isinstance(obj, str):
            return BytesEncdata(obj.encode("utf-8"), True, mime="text/plain")
        text = json.dumps(cls.json_encoder.apply_custom_encoding(obj, preview))
        return BytesEncdata(text.encode("utf-8"), True, mime="application/json")
