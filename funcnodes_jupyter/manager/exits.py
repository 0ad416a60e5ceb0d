"""How a worker's process ended, in words for a person."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.files import read_json_or_none
from funcnodes_jupyter.worker.lastwords import last_words


def describe_exit(code: int | None, running: Sequence[str], log_tail: str) -> str:
    """One line that says how it ended, and while which nodes ran; then the last lines of its log.

    Args:
        code: The exit code, negative for the signal that ended it, None when nobody can know it.
        running: The names of those nodes.
    """
    if code is None:
        how = "ended while nobody watched it"
    elif code < 0:
        how = f"killed by signal {-code}{_name_of(-code)}"
    else:
        how = f"ended with exit code {code}"
    while_running = f" while {', '.join(f'“{name}”' for name in running)} ran" if running else ""
    return f"{how}{while_running}\n{log_tail}".strip()


def names_of_running(paths: WorkerPaths) -> list[str]:
    """The names of the nodes that ran when a process ended, as far as the graph on disk knows them."""
    uuids = last_words(paths.running)
    nodes = (read_json_or_none(paths.document) or {}).get("nodes", []) if uuids else []
    return [_title(node) for node in nodes if isinstance(node, dict) and node.get("id") in uuids]


def _title(node: dict[str, object]) -> str:
    return str(node.get("name") or node.get("node_name") or node.get("node_id"))


def _name_of(number: int) -> str:
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:
        return ""
