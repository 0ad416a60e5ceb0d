"""Changes packages of a worker as a person does, and looks at what came of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.plans import Plan, Wanted
from funcnodes_jupyter.manager.packages.project import LOCK, PROJECT
from funcnodes_jupyter.worker.home import WorkerHome


def pip_install(option: str, requirement: str) -> None:
    """As somebody does by hand."""
    before, after = ([option], []) if option.startswith("--python") else ([], [option])
    subprocess.run([sys.executable, "-m", "pip", *before, "install", "-q", *after, requirement], check=True)


async def change(manager: WorkerManager, uuid: str, **wanted: Any) -> list[tuple[str, str | None, str | None]]:
    """Have something changed as a person does who agrees to all; gives what was."""
    plan = await manager.packages.plan(uuid, Wanted(**wanted))
    await manager.packages.apply(uuid, plan.id)
    return changes(plan)


def changes(plan: Plan) -> list[tuple[str, str | None, str | None]]:
    return [(one.name, one.before, one.after) for one in plan.changes]


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of an environment, but for what Python and installers keep for themselves, and what is locked of it."""
    paths = [path for path in (folder / ".venv").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    paths += [path for path in (folder / PROJECT, folder / LOCK) if path.exists()]
    return {str(path): path.read_bytes() for path in paths if path.name != ".lock"}


def imported(manager: WorkerManager, uuid: str, module: str) -> str:
    """The version of a package that the environment's Python imports; empty: it cannot."""
    python = Environment(manager.base.worker(uuid).environment).python
    code = f"import {module}; print({module}.version())"
    done = subprocess.run([python, "-c", code], cwd="/", capture_output=True, text=True, check=False)
    return done.stdout.strip()


async def listed(manager: WorkerManager, uuid: str) -> dict[str, tuple[str, bool]]:
    told = await manager.packages.describe(uuid)
    return {one["name"]: (one["version"], one["asked"]) for one in told["packages"] if one["from"] == "environment"}


def with_nodes(manager: WorkerManager, uuid: str, *nodes: dict[str, Any]) -> None:
    document = {"format": 1, "nodes": list(nodes), "edges": [], "prop": {}, "groups": {}, "view": {}}
    WorkerHome(manager.base.path, uuid).write_document(document)
