"""What Python has no word for, as a comment behind a statement: ``# funcnodes: {"pos": [40, 40], "mode": "frozen"}``.

Taking a remark away loses places and modes, and nothing of what is computed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from funcnodes_jupyter.convert.cells.live import LiveNode
from funcnodes_jupyter.convert.cells.parts import PART
from funcnodes_jupyter.convert.cells.source import lines_of
from funcnodes_jupyter.core.document import VIEW_PREFIX

_REMARK = re.compile(r"#\s*funcnodes:\s*(\{.*\})\s*$")
_FIELDS = ("pos", "size", "collapsed", "mode", "timeout", "retries", "name")


def remark_of(live: LiveNode, nodes: Mapping[str, LiveNode]) -> str:
    """The remark behind a node's statement; empty when there is nothing to say."""
    node = live.node
    found: dict[str, Any] = {}
    for key in ("pos", "size", "collapsed"):
        value = node.get_property(VIEW_PREFIX + key)
        if value:
            found[key] = value
    if node.mode != "enabled":
        found["mode"] = node.mode
    if node.timeout != node.default_timeout:
        found["timeout"] = node.timeout
    if node.retries != node.default_retries:
        found["retries"] = node.retries
    is_told = node.given_name == node.get_property(PART)  # by the line that begins the part
    if node.given_name and not node.given_name.isidentifier() and not is_told:
        found["name"] = node.given_name
    return f"# funcnodes: {json.dumps(found)}" if found else ""


def remarks_in(source: str) -> dict[int, dict[str, Any]]:
    """The remarks of a cell by line, from 1; what is none that can be read is a comment like others."""
    found: dict[int, dict[str, Any]] = {}
    for number, line in enumerate(lines_of(source), start=1):
        match = _REMARK.search(line)
        if match is None:
            continue
        try:
            said = json.loads(match[1])
        except ValueError:
            continue
        found[number] = {key: said[key] for key in _FIELDS if key in said}
    return found
