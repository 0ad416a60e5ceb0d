"""Whether a text matches the pattern among a port's value options, found out in a bounded time.

The pattern may have come with somebody's file, and some take longer than a lifetime for thirty characters. Python's own
:mod:`re` holds the interpreter until it is done, so no thread could stop it; :mod:`regex` speaks the same language, lets
other threads run, and takes a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import regex

from funcnodes_jupyter.core.errors import ValueConversionError, shown

LIMIT: Final = 0.1
"""Seconds that a text is compared with its pattern; the next command waits as long. A sound pattern takes microseconds."""

_LONGEST: Final = 5_000
"""Characters of a pattern. Reading it takes time as well, and that has no limit of its own."""


def check_pattern(value: Any, value_options: Mapping[str, Any], port: str) -> None:
    """Compare a text with the ``pattern`` among a port's value options, if both are there.

    Args:
        value: A converted value; what is no text is passed over.
        value_options: The port's.
        port: Which port it is for, for the message.

    Raises:
        ValueConversionError: the pattern is nowhere in the text, or that cannot be found out in :data:`LIMIT`.
    """
    pattern = value_options.get("pattern")
    if not isinstance(value, str) or type(pattern) is not str or len(pattern) > _LONGEST:
        return
    wanted = f"a text that matches {pattern}"
    try:
        if regex.search(pattern, value, timeout=LIMIT) is not None:
            return
        reason = f"{shown(value)} does not match {pattern}"
    except TimeoutError:
        reason = (
            f"it takes too long to find out whether {shown(value)} matches {pattern}: give a shorter text, "
            "or the port a pattern with fewer repetitions inside each other"
        )
    except (regex.error, RecursionError):
        return  # written for another dialect, or not finished: it binds nobody
    raise ValueConversionError(value, wanted, port, reason=reason)
