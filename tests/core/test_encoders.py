"""JSON and bytes of any value: what packs register comes first, the rest has a form of its own."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, ClassVar

import pytest

from funcnodes_jupyter.core.byteencoder import ByteEncoder
from funcnodes_jupyter.core.encoders import BytesEncdata, Encdata, EncoderRegistry
from funcnodes_jupyter.core.jsonencoder import JSONDecoder, JSONEncoder
from funcnodes_jupyter.core.values import DataEnum, NoValue


@dataclass
class Point:
    x: float
    label: Any = None


class Shown:
    def _repr_json_(self) -> Any:
        return {"as": ("it", "is")}


class Plain:
    def __str__(self) -> str:
        return "a plain one"


class Base:
    size = 2


class Derived(Base):
    pass


class Colour(DataEnum):
    RED = (1, "Red")


class Own(JSONEncoder):
    """Knows nothing of what others registered."""

    registry = EncoderRegistry()


@pytest.fixture
def own() -> type[JSONEncoder]:
    class Fresh(JSONEncoder):
        registry = EncoderRegistry()

    return Fresh


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1), (True, True), (None, None), ("text", "text"), (1.5, 1.5),
        (math.nan, None), ([1.0, math.nan, math.inf], [1.0, None, None]),
        ((1, 2), [1, 2]), ({3}, [3]), (frozenset({3}), [3]),
        (b"abc", "YWJj"), (bytearray(b"abc"), "YWJj"),
        (NoValue, "<NoValue>"),
        (PurePosixPath("/a/b"), "/a/b"), (PureWindowsPath("a\\b"), "a/b"),
        (Point(1.0, Point(math.nan)), {"x": 1.0, "label": {"x": None, "label": None}}),
        (Point, str(Point)),
        ([Shown()], [{"as": ["it", "is"]}]),
        (Plain(), "a plain one"), ({"a": {Plain(): Plain()}}, {"a": {"a plain one": "a plain one"}}),
        ({1: 1, False: 2, None: 3, (1, 2): 4}, {"1": 1, "false": 2, "null": 3, "(1, 2)": 4}),
        (Colour.RED, "Colour.RED"),
    ],
)  # fmt: skip
def test_the_form_of_what_nobody_registered(value: Any, expected: Any) -> None:
    assert json.loads(json.dumps(value, cls=Own)) == expected


def test_the_first_that_handled_it_wins_along_the_bases(own: type[JSONEncoder]) -> None:
    asked: list[str] = []

    def encoder(name: str, handled: bool) -> Any:
        def encode(obj: Any, preview: bool) -> tuple[Any, bool]:
            asked.append(name)
            return name, handled

        return encode

    own.add_encoder(encoder("anything", True))
    own.add_encoder(encoder("base, no", False), enc_cls=[Base])
    own.add_encoder(encoder("base, yes", True), enc_cls=[Base])
    own.add_encoder(encoder("derived, no", False), enc_cls=Derived)
    assert own.apply_custom_encoding(Derived()) == "base, yes"
    assert asked == ["derived, no", "base, no", "base, yes"]
    asked.clear()
    assert own.apply_custom_encoding([1]) == "anything"


def test_what_an_encoder_gave_is_encoded_further_unless_it_is_done(own: type[JSONEncoder]) -> None:
    own.add_encoder(lambda obj, preview: Encdata(data=(obj.size, NoValue), handeled=True), enc_cls=[Base])
    own.add_encoder(lambda obj, preview: Encdata(data={"raw": (1,)}, handeled=True, done=True), enc_cls=[Derived])
    assert own.apply_custom_encoding([Base(), Derived()]) == [[2, "<NoValue>"], {"raw": (1,)}]


@pytest.mark.parametrize(
    ("continued", "expected"), [(None, [True, "short"]), (False, [True, "long"]), (True, [True, "short"])]
)
def test_previews(own: type[JSONEncoder], continued: bool | None, expected: list[Any]) -> None:
    own.add_encoder(lambda obj, preview: Encdata([preview, Plain()], False, True, continued), enc_cls=[Base])
    own.add_encoder(lambda obj, preview: ("short" if preview else "long", True), enc_cls=[Plain])
    assert own.apply_custom_encoding(Base(), preview=True) == expected
    assert own.apply_custom_encoding(Plain()) == "long"


def test_an_encoder_is_not_asked_about_its_own_answer(own: type[JSONEncoder]) -> None:
    own.add_encoder(lambda obj, preview: (obj[:1], True), enc_cls=[list])
    own.add_encoder(lambda obj, preview: (obj, True), enc_cls=[Plain])
    assert own.apply_custom_encoding([[Plain(), 1], 2]) == [["a plain one"]]


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value.append({"inside": value})
    with pytest.raises(ValueError, match="contains itself"):
        json.dumps(value, cls=Own)
    shared = [1]
    assert Own.apply_custom_encoding([shared, shared]) == [[1], [1]]


def test_packs_register_in_one_place_and_an_own_registry_knows_nothing_of_it() -> None:
    class Registered:
        pass

    JSONEncoder.add_encoder(lambda obj, preview: ("seen", True), enc_cls=[Registered])
    assert json.dumps(Registered(), cls=JSONEncoder) == '"seen"'
    assert json.loads(json.dumps(Registered(), cls=Own)) != "seen"


def test_decoding() -> None:
    class Decoder(JSONDecoder):
        decoders: ClassVar[list[Any]] = []

    Decoder.add_decoder(lambda data: (Point(**data), True) if isinstance(data, dict) and "x" in data else (data, False))
    text = '{"points": [{"x": 1.0, "label": "<NoValue>"}], "none": ["<NoValue>", 1]}'
    assert json.loads(text, cls=Decoder) == {"points": [Point(1.0, "<NoValue>")], "none": [NoValue, 1]}
    assert json.loads(text, cls=JSONDecoder)["points"] == [{"x": 1.0, "label": NoValue}]


class OwnBytes(ByteEncoder):
    registry = EncoderRegistry()
    json_encoder = Own


OwnBytes.add_encoder(lambda obj, preview: BytesEncdata(b"", handeled=False), enc_cls=[Derived])
OwnBytes.add_encoder(
    lambda obj, preview: BytesEncdata(b"small" if preview else b"all", True, "image/png"), enc_cls=[Base]
)
OwnBytes.add_encoder(lambda obj, preview: BytesEncdata(data=b"raw", handeled=True), enc_cls=[Plain])


@pytest.mark.parametrize(
    ("value", "preview", "expected"),
    [
        (b"abc", False, (b"abc", "application/octet-stream")),
        ("äb", False, ("äb".encode(), "text/plain")),
        ({"a": (1, math.nan)}, False, (b'{"a": [1, null]}', "application/json")),
        (Derived(), False, (b"all", "image/png")),
        (Base(), True, (b"small", "image/png")),
        (Plain(), False, (b"raw", "application/octet-stream")),
    ],
)
def test_bytes(value: Any, preview: bool, expected: tuple[bytes, str]) -> None:
    found = OwnBytes.encode(value, preview)
    assert (found.data, found.mime, found.handeled) == (*expected, True)
