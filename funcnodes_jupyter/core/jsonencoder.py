"""JSON of any value, for a screen: packs say what their types become, everything else has a form, too.

This is for showing; what is saved has its own form, which can be read back (:mod:`funcnodes_jupyter.core.encoding`).
Encoding runs code of the packs and of the values, so it is never done under the graph lock.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any, ClassVar

from funcnodes_jupyter.core.encoders import Encdata, EncoderRegistry
from funcnodes_jupyter.core.values import NoValue

JSONEncoderFunction = Callable[[Any, bool], Encdata | tuple[Any, bool]]
"""``encoder(value, preview)``; a preview may leave out most of a large value."""
JSONDecoderFunction = Callable[[Any], tuple[Any, bool]]
"""``decoder(data)`` gives (value, whether it is one)."""


class JSONEncoder(json.JSONEncoder):
    """``json.dumps(value, cls=JSONEncoder)``.

    ``registry`` is the one place where packs register encoders; a subclass with a registry of its own
    knows nothing of theirs.
    """

    registry: ClassVar[EncoderRegistry[JSONEncoderFunction]] = EncoderRegistry()

    @classmethod
    def add_encoder(cls, enc: JSONEncoderFunction, enc_cls: Iterable[type] | type | None = None) -> None:
        """Ask ``enc`` for values of the classes ``enc_cls``, or of all; see :class:`EncoderRegistry`."""
        cls.registry.add(enc, enc_cls)

    @classmethod
    def apply_custom_encoding(cls, obj: Any, preview: bool = False) -> Any:
        """``obj`` as what JSON knows: dicts, lists, texts, numbers that are finite, booleans and None.

        Raises:
            ValueError: it contains itself.
        """
        return cls._encoded(obj, preview, ())

    @classmethod
    def _encoded(cls, obj: Any, preview: bool, above: tuple[int, ...]) -> Any:
        if id(obj) in above:
            raise ValueError("A value that contains itself has no JSON.")
        for encoder in cls.registry.find(type(obj)):
            made = encoder(obj, preview)
            found = made if isinstance(made, Encdata) else Encdata(made[0], handeled=made[1])
            if found.handeled:
                preview = preview if found.continue_preview is None else found.continue_preview
                if found.done:
                    return found.data
                # About its own answer an encoder is not asked again.
                settled = type(found.data) in (type(obj), str, int, float, bool, type(None))
                further = cls._known if settled else cls._encoded
                return further(found.data, preview, above)
        return cls._known(obj, preview, above)

    @classmethod
    def _known(cls, obj: Any, preview: bool, above: tuple[int, ...]) -> Any:
        if obj is None or isinstance(obj, bool | int | str):
            return obj
        if isinstance(obj, float):
            return obj if math.isfinite(obj) else None
        if obj is NoValue:
            return repr(NoValue)
        if isinstance(obj, bytes | bytearray):
            return base64.b64encode(obj).decode("ascii")
        inside = (*above, id(obj))
        if isinstance(obj, dict):
            return {_key(key): cls._encoded(item, preview, inside) for key, item in obj.items()}
        if isinstance(obj, list | tuple | set | frozenset):
            return [cls._encoded(item, preview, inside) for item in obj]
        return cls._of_object(obj, preview, inside)

    @classmethod
    def _of_object(cls, obj: Any, preview: bool, inside: tuple[int, ...]) -> Any:
        if not isinstance(obj, type):
            if hasattr(obj, "_repr_json_"):
                return obj._repr_json_()
            if dataclasses.is_dataclass(obj):
                fields = {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}
                return {name: cls._encoded(item, preview, inside) for name, item in fields.items()}
        return obj.as_posix() if isinstance(obj, PurePath) else str(obj)

    def iterencode(self, o: Any, _one_shot: bool = False) -> Iterator[str]:
        return super().iterencode(self.apply_custom_encoding(o), _one_shot)


def _key(key: Any) -> Any:
    # The others are written by json itself: True as "true", 1 as "1".
    return key if key is None or isinstance(key, bool | int | float | str) else str(key)


class JSONDecoder(json.JSONDecoder):
    """``json.loads(text, cls=JSONDecoder)``; ``decoders`` is the one place where packs register them."""

    decoders: ClassVar[list[JSONDecoderFunction]] = []

    @classmethod
    def add_decoder(cls, dec: JSONDecoderFunction) -> None:
        """Ask ``dec`` for every part of what was read, the outermost first."""
        if dec not in cls.decoders:
            cls.decoders.append(dec)

    @classmethod
    def apply_custom_decoding(cls, data: Any) -> Any:
        """What ``data`` means: the first decoder that knows it says so, else its parts are asked."""
        for decoder in cls.decoders:
            value, known = decoder(data)
            if known:
                return value
        if data == repr(NoValue):
            return NoValue
        if isinstance(data, list):
            return [cls.apply_custom_decoding(item) for item in data]
        if isinstance(data, dict):
            return {key: cls.apply_custom_decoding(item) for key, item in data.items()}
        return data

    def decode(self, s: str, *whitespace: Any) -> Any:
        return self.apply_custom_decoding(super().decode(s, *whitespace))
