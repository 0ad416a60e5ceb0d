"""``funcnodes worker``: list, make, start, stop, restart and delete workers from a terminal."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import ManagerError, WorkerNotFoundError
from funcnodes_jupyter.manager.locate import find_server
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerStatus
from funcnodes_jupyter.manager.remote import RemoteManager

WITHOUT_SERVER = ("list", "stop")
"""What needs no server: a worker ends with its launcher, so a terminal command cannot start one."""


class NoServerError(ManagerError):
    """The command needs a running server."""


def add_to(commands: Any) -> None:
    """Add the subcommand and its verbs to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("worker", help="list, make and run workers")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB", dest="verb")
    for verb, (text, _) in _VERBS.items():
        one: argparse.ArgumentParser = verbs.add_parser(verb, help=text, description=text)
        one.add_argument("--dir", type=Path, help="base folder (default: FUNCNODES_CONFIG_DIR, else ~/.funcnodes)")
        if verb == "new":
            one.add_argument("worker", nargs="?", metavar="NAME", help="name (default: worker-1, worker-2, …)")
            one.add_argument("--cwd", type=Path, help="working directory (default: the server's root folder)")
        elif verb != "list":
            one.add_argument("worker", metavar="WORKER", help="name or uuid")
    parser.set_defaults(run=run, takes_rest=False)


def run(arguments: argparse.Namespace) -> int:
    """Do one verb and print what came of it.

    Raises:
        ManagerError: it cannot be done; the text says why.
    """
    print(asyncio.run(_run(arguments)))
    return 0


async def _run(arguments: argparse.Namespace) -> str:
    base = BaseFolder.at(arguments.dir)
    server = await find_server(base.path)
    if server is None and arguments.verb not in WITHOUT_SERVER:
        raise NoServerError(f"no server of yours serves {base.path}; start one with: funcnodes runserver")
    manager = RemoteManager(server) if server else WorkerManager(base)
    try:
        return await _VERBS[arguments.verb][1](manager, arguments)
    finally:
        await manager.close()


Manager = RemoteManager | WorkerManager


async def _list(manager: Manager, arguments: argparse.Namespace) -> str:
    return worker_table(await manager.list())


async def _new(manager: Manager, arguments: argparse.Namespace) -> str:
    cwd = str(arguments.cwd.expanduser().absolute()) if arguments.cwd else None
    created = await manager.create(arguments.worker, cwd)
    return worker_table([await manager.start(created.uuid)])


async def _start(manager: Manager, arguments: argparse.Namespace) -> str:
    return worker_table([await manager.start(await _uuid(manager, arguments.worker))])


async def _stop(manager: Manager, arguments: argparse.Namespace) -> str:
    return worker_table([await manager.stop(await _uuid(manager, arguments.worker))])


async def _restart(manager: Manager, arguments: argparse.Namespace) -> str:
    return worker_table([await manager.restart(await _uuid(manager, arguments.worker))])


async def _delete(manager: Manager, arguments: argparse.Namespace) -> str:
    where = await manager.delete(await _uuid(manager, arguments.worker))
    return f"Worker {arguments.worker} was moved to {where}."


async def _uuid(manager: Manager, wanted: str) -> str:
    workers = await manager.list()
    by_name = {worker.name: worker.uuid for worker in workers if worker.state != "foreign"}
    if wanted in by_name:
        return by_name[wanted]
    if any(worker.uuid == wanted for worker in workers):
        return wanted
    raise WorkerNotFoundError(wanted)


def worker_table(workers: Sequence[WorkerStatus]) -> str:
    """The workers as lines of aligned columns, under a heading."""
    if not workers:
        return "There are no workers."
    rows = [("NAME", "STATE", "PID", "UUID", "FOLDER")]
    rows += [(w.name, w.state, str(w.pid or ""), w.uuid, w.cwd) for w in workers]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


_VERBS: dict[str, tuple[str, Callable[[Manager, argparse.Namespace], Awaitable[str]]]] = {
    "list": ("List the workers of the base folder.", _list),
    "new": ("Make a worker and start it.", _new),
    "start": ("Start a worker.", _start),
    "stop": ("Stop a worker; it saves first.", _stop),
    "restart": ("Stop a worker and start it again.", _restart),
    "delete": ("Stop a worker and move its files to the trash.", _delete),
}
