"""The workers that a notebook can open, as a small table."""

from __future__ import annotations

from dataclasses import dataclass

from funcnodes_jupyter.manager.base import BaseFolder, default_base_dir
from funcnodes_jupyter.manager.locate import find_server
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.remote import RemoteManager
from funcnodes_jupyter.notebook.background import BackgroundLoop

_TIMEOUT = 20.0


@dataclass(frozen=True)
class WorkerTable:
    """Workers, shown with a line each."""

    workers: tuple[WorkerStatus, ...]

    def __repr__(self) -> str:
        if not self.workers:
            return "No workers yet. %funcnodes NAME makes one."
        width = max(len(worker.name) for worker in self.workers)
        lines = [f"  {worker.name.ljust(width)}  {worker.state:8}  {worker.cwd}".rstrip() for worker in self.workers]
        return "\n".join(["Workers; %funcnodes NAME opens one:", *lines])


def list_workers() -> WorkerTable:
    """All workers of the user's base folder.

    Raises:
        ManagerError: the Jupyter server does not answer.
    """
    loop = BackgroundLoop("list of workers")
    try:
        return WorkerTable(loop.run(_list(), _TIMEOUT))
    finally:
        loop.close()


async def _list() -> tuple[WorkerStatus, ...]:
    base = BaseFolder.at(default_base_dir())
    server = await find_server(base.path)
    manager: RemoteManager | WorkerManager = RemoteManager(server) if server else WorkerManager(base)
    try:
        return await manager.list()
    finally:
        await manager.close()
