"""Reading JSON that a client sent."""

from __future__ import annotations

from typing import Any

import msgspec


def decoded(text: str | bytes) -> Any:
    """What ``text`` says.

    Raises:
        msgspec.DecodeError: it is no JSON, whatever is wrong with it.
    """
    try:
        return msgspec.json.decode(text)
    except UnicodeError as error:
        raise msgspec.DecodeError("the text is not UTF-8") from error
    except RecursionError as error:
        raise msgspec.DecodeError("the JSON is nested too deeply") from error
