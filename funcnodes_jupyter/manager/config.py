"""``config.json`` in the base folder: what is set for all workers and servers of a person. Read, never written.

The configuration of Jupyter (traitlets) and the command line win over it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.files import read_json

FRONTEND_PORT = 8000
HUB_PORT = 9380


@dataclass(frozen=True)
class GlobalConfig:
    """The settings. Keys that are missing mean the defaults.

    Attributes:
        frontend_port: Where ``funcnodes runserver`` serves its page; in the file ``frontend.port``.
        hub_port: Where programs reach its Workermanager; in the file ``worker_manager.port``; 0: nowhere.
        problem: What is wrong with the file, in a sentence; empty when nothing is.
    """

    frontend_port: int = FRONTEND_PORT
    hub_port: int = HUB_PORT
    problem: str = ""


def read_config(base: BaseFolder) -> GlobalConfig:
    """The settings in ``base``; what cannot be read is named and left as it is."""
    try:
        content = read_json(base.config)
    except FileNotFoundError:
        return GlobalConfig()
    except (OSError, ValueError) as error:
        return GlobalConfig(problem=f"{base.config} cannot be read and is left as it is: {error}")
    found = GlobalConfig()
    for field, section in (("frontend_port", "frontend"), ("hub_port", "worker_manager")):
        port = _port(content.get(section))
        if port is not None and 0 <= port < 65536:
            found = replace(found, **{field: port})  # type: ignore[arg-type]
        elif section in content:
            found = replace(found, problem=f"{base.config}: {section}.port is no port, the default is used")
    return found


def _port(section: Any) -> int | None:
    port = section.get("port") if isinstance(section, dict) else section
    return port if isinstance(port, int) and not isinstance(port, bool) else None
