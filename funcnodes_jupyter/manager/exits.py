"""How a worker's process ended, in words for a person."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

from funcnodes_jupyter.core.memorylimit import OUT_OF_MEMORY, in_words
from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.files import read_json_or_none
from funcnodes_jupyter.worker.lastwords import last_words

_SAYS_NO_MEMORY = re.compile(r"MemoryError|bad_alloc|cannot allocate memory|out of memory", re.IGNORECASE)
"""What Python, C++, the system and other libraries print when they get none."""

_ABORTS = (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)
"""How libraries end that do not look whether they got memory."""

_REMEDY = "raise it in the worker’s settings, or with: funcnodes worker configure NAME --memory-limit SIZE"


def describe_exit(code: int | None, running: Sequence[str], log_tail: str, memory_limit: int | None = None) -> str:
    """One line that says how it ended, and while which nodes ran; then the last lines of its log.

    Args:
        code: The exit code, negative for the signal that ended it, None when nobody can know it.
        running: The names of those nodes.
        memory_limit: The bytes of memory that it was kept to, None for any number.
    """
    while_running = _while(running)
    how = _how(code)
    if code == OUT_OF_MEMORY or (memory_limit and code != 0 and _SAYS_NO_MEMORY.search(log_tail)):
        how = _beyond(memory_limit) + while_running
        how += f" ({_how(code)})" if code != OUT_OF_MEMORY else ""
        how += f"; {_REMEDY}" if memory_limit else ""
    elif memory_limit and code in _ABORTS:
        how += f"{while_running}, perhaps at its memory limit of {in_words(memory_limit)}; {_REMEDY}"
    else:
        how += while_running
    return f"{how}\n{log_tail}".strip()


def describe_silence(running: Sequence[str], log_tail: str, memory_limit: int) -> str:
    """Likewise, of one that was killed since it was at its limit and did not answer."""
    how = f"{_beyond(memory_limit)}{_while(running)} and did not answer any more; {_REMEDY}"
    return f"{how}\n{log_tail}".strip()


def names_of_running(paths: WorkerPaths) -> list[str]:
    """The names of the nodes that ran when a process ended, as far as the graph on disk knows them."""
    uuids = last_words(paths.running)
    nodes = (read_json_or_none(paths.document) or {}).get("nodes", []) if uuids else []
    return [_title(node) for node in nodes if isinstance(node, dict) and node.get("id") in uuids]


def _while(running: Sequence[str]) -> str:
    return f" while {', '.join(f'“{name}”' for name in running)} ran" if running else ""


def _how(code: int | None) -> str:
    if code is None:
        return "ended while nobody watched it"
    return f"killed by signal {-code}{_name_of(-code)}" if code < 0 else f"ended with exit code {code}"


def _beyond(memory_limit: int | None) -> str:
    return (
        f"it used more than its memory limit of {in_words(memory_limit)}" if memory_limit else "it had no memory left"
    )


def _title(node: dict[str, object]) -> str:
    return str(node.get("name") or node.get("node_name") or node.get("node_id"))


def _name_of(number: int) -> str:
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""
