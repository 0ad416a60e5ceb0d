"""How the arguments of any call, and the names of any code, are called as ports of a node."""

from __future__ import annotations

NO_NAME = "args"
"""What positional arguments are called where a callable tells no signature: ``args_0``, ``args_1``, …"""
SOURCE = "__source__"
"""The input that holds code: no name that code would read."""


def is_taken(port: str) -> bool:
    """Whether an output of every call has that id, as ``out`` and ``out0``: such a parameter is no port."""
    return port.startswith("out") and (port == "out" or port[3:].isdecimal())
