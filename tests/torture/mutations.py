"""Valid JSON frames made wrong, in every way that was thought of."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, -(2**31), 2**63, 2**64, -(2**63) - 1, 10**30, 1e308, -1e308, 5e-324, "", " ",
    "0", "null", "\0", "../../x", "<script>", "é\u2028\U0001f600", "__proto__", "x" * 300, [], {}, [[]], [None], {"": None},
    [1, "a", None], {"__proto__": {"x": 1}}, {"a": {"b": [1, {"c": 2}]}}, [[["n", "out"]]], ["n", "out"], [0] * 500,
)  # fmt: skip
"""What stands in a field where something else belongs."""
RAW = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"0x10", b"01", b"9" * 400, b"9" * 5000, b"1." + b"3" * 3000,
    b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\u0000"', b'"\\x"', b"[" * 200 + b"]" * 200, b"[" * 20_000, b"[" * 900 + b"]" * 900,
    b'{"a":' * 900 + b"1" + b"}" * 900, b"undefined", b"'a'", b'"\\', b"[1,]", b"{,}", b"tru", b'"' + b"y" * 200_000 + b'"',
)  # fmt: skip
"""The same, as what no writer of JSON writes."""
HOLE = "a hole for raw text"
WHOLE = (
    b"",
    b" ",
    b"{}",
    b"[]",
    b"null",
    b"0",
    b'""',
    b"{",
    b"[" * 100_000,
    b'{"type":"cmd"}',
    b'{"type":null}',
    b"\0" * 9,
    b"\xef\xbb\xbf{}",
)


class Mutator:
    """Throws dice over frames.

    Args:
        dice: The dice.
        kept: Names of fields that stay as they are, such as what would start processes.
    """

    def __init__(self, dice: random.Random, kept: Sequence[str] = ()) -> None:
        self._dice = dice
        self._kept = kept
        self._ways: tuple[Callable[[dict[str, Any]], bytes], ...] = (
            self._strange, self._strange, self._strange, self._raw, self._raw, self._without, self._unknown, self._doubled,
            self._flipped, self._cut, self._inserted, self._long, self._other_id, self._other_command, self._whole, self._valid,
        )  # fmt: skip

    def mutated(self, frame: dict[str, Any]) -> bytes:
        """``frame`` as bytes, wrong in one way; one in sixteen is right."""
        return self._dice.choice(self._ways)(copy.deepcopy(frame))

    # --- one value is another -----------------------------------------------------------------------

    def _places(self, value: Any) -> list[tuple[Any, Any]]:
        """Every place in it, as container and key."""
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [place for key, item in items if key not in self._kept for place in ((value, key), *self._places(item))]

    def _place(self, frame: dict[str, Any]) -> tuple[Any, Any]:
        return self._dice.choice(self._places(frame))

    def _strange(self, frame: dict[str, Any]) -> bytes:
        container, key = self._place(frame)
        container[key] = self._dice.choice(STRANGE)
        return self._valid(frame)

    def _raw(self, frame: dict[str, Any]) -> bytes:
        container, key = self._place(frame)
        container[key] = HOLE
        return self._valid(frame).replace(json.dumps(HOLE).encode(), self._dice.choice(RAW))

    def _long(self, frame: dict[str, Any]) -> bytes:
        container, key = self._place(frame)
        container[key] = self._dice.choice('aä\0"{') * self._dice.choice((1_000, 30_000, 300_000))
        return self._valid(frame)

    def _other_id(self, frame: dict[str, Any]) -> bytes:
        frame["id"] = self._dice.choice(STRANGE)
        return self._valid(frame)

    def _other_command(self, frame: dict[str, Any]) -> bytes:
        name = "cmd" if "cmd" in frame else "type"
        frame[name] = f"{frame[name][: self._dice.randrange(5)]}{self._dice.choice(('', 'x', '__class__', '.', 'é'))}"
        return self._valid(frame)

    # --- fields come and go -------------------------------------------------------------------------

    def _without(self, frame: dict[str, Any]) -> bytes:
        container, key = self._place(frame)
        del container[key]
        return self._valid(frame)

    def _unknown(self, frame: dict[str, Any]) -> bytes:
        inside = self._dice.choice([frame, *(item for item in frame.values() if isinstance(item, dict))])
        inside[self._dice.choice(("__proto__", "constructor", "self", "context", "", "é", "a" * 200))] = (
            self._dice.choice(STRANGE)
        )
        return self._valid(frame)

    def _doubled(self, frame: dict[str, Any]) -> bytes:
        key = self._dice.choice([key for key in frame if key not in self._kept])
        twice = f"{json.dumps(key)}:{json.dumps(self._dice.choice((frame[key], *STRANGE)))}"
        return self._valid(frame)[:-1] + f",{twice}}}".encode()

    # --- bytes --------------------------------------------------------------------------------------

    def _flipped(self, frame: dict[str, Any]) -> bytes:
        data = bytearray(self._valid(frame))
        for _ in range(self._dice.choice((1, 1, 2, 8))):
            data[self._dice.randrange(len(data))] ^= 1 << self._dice.randrange(8)
        return bytes(data)

    def _cut(self, frame: dict[str, Any]) -> bytes:
        data = self._valid(frame)
        return data[: self._dice.randrange(len(data))]

    def _inserted(self, frame: dict[str, Any]) -> bytes:
        data = self._valid(frame)
        at = self._dice.randrange(len(data))
        return data[:at] + self._dice.randbytes(self._dice.randrange(1, 6)) + data[at:]

    def _whole(self, frame: dict[str, Any]) -> bytes:
        return self._dice.choice(WHOLE)

    def _valid(self, frame: dict[str, Any]) -> bytes:
        # Also without escapes, so that bytes of more than one are hit too.
        return json.dumps(frame, ensure_ascii=self._dice.random() < 0.5).encode("utf-8", "surrogatepass")


def is_text(data: bytes) -> bool:
    """Whether a text frame may hold it; else the connection is to end."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
