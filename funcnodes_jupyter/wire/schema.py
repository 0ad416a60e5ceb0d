"""Prints the JSON Schema of the protocol; the browser's TypeScript types are generated from it.

Run ``python -m funcnodes_jupyter.wire.schema > FILE``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from funcnodes_jupyter.wire import events, messages


def protocol_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of every frame and of what frames carry.

    A record whose fields are left out when they have their default is marked ``x-omit-defaults``;
    the fields of every other record are always there.
    """
    schema = msgspec.json.schema(messages.WireNames)
    for name, record in schema["$defs"].items():
        struct = getattr(messages, name, None) or getattr(events, name)
        if struct.__struct_config__.omit_defaults:
            record["x-omit-defaults"] = True
    return schema


def main() -> None:
    """Print the schema, sorted, so that generating it twice gives the same bytes."""
    sys.stdout.write(json.dumps(protocol_schema(), indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
