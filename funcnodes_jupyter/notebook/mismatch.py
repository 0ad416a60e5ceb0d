"""Why a value could not be made of what came: what the two processes run, where that differs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.versions import packages_in, versions_of


def differences(remote: Remote, pickle: bytes | memoryview) -> str:
    """A sentence on the versions of what ``pickle`` is made of, empty when they are the same on both sides."""
    packages = packages_in(pickle)[:100]
    with suppress(FuncNodesError):
        there = remote.command("get_versions", {"packages": packages})
        here = versions_of(packages)
        differing = [name for name in ("Python", *packages) if here.get(name) != there.get(name)]
        if differing:
            return f" The worker has {_listed(there, differing)}, this kernel {_listed(here, differing)}."
    return ""


def _listed(versions: Mapping[str, str], names: list[str]) -> str:
    return ", ".join(f"{name} {versions[name]}" if name in versions else f"no {name}" for name in names)
