"""The verbs as typed words, at a terminal and in a notebook: what they take, and what is told of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import UNSET

from funcnodes_jupyter.core.memorylimit import bytes_of
from funcnodes_jupyter.manager.archivewords import ARCHIVE_WORDS, add_archive_words, export_to, import_from
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import ManagerError, WorkerNotFoundError
from funcnodes_jupyter.manager.locate import find_server
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import ENVIRONMENT_KINDS, WorkerStatus
from funcnodes_jupyter.manager.remote import RemoteManager
from funcnodes_jupyter.manager.toolrun import Told
from funcnodes_jupyter.manager.verbs import VERBS, Arguments, Deleted, Manager

LAUNCHING = ("new", "start", "restart")
"""What makes a process that ends with its maker, unless it is detached."""

SHOWN_LOG_LINES = 50


class NoServerError(ManagerError):
    """The command needs a running server."""


def add_verbs(commands: Any) -> None:
    """Add a parser for each verb, and for ``list``, ``logs``, ``export`` and ``import``, to argparse's ``commands``."""
    commands.add_parser("list", help=(text := "List the workers of the base folder."), description=text)
    for name, verb in VERBS.items():
        parser: argparse.ArgumentParser = commands.add_parser(name, help=verb.text, description=verb.text)
        if name == "new":
            parser.add_argument("name", nargs="?", metavar="NAME", help="name (default: worker-1, worker-2, …)")
        else:
            _add_worker(parser)
        for field in verb.takes:
            _OPTIONS[field](parser, name)
        if name == "delete":
            parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    logs = commands.add_parser("logs", help=(text := "Show what a worker printed last."), description=text)
    _add_worker(logs)
    logs.add_argument("-n", "--lines", type=int, default=SHOWN_LOG_LINES, help="how many lines (default: %(default)s)")
    add_archive_words(commands)


async def open_manager(base: BaseFolder) -> Manager:
    """The user's Jupyter server that serves ``base``, or a manager that lives as long as it is used."""
    server = await find_server(base.path)
    return RemoteManager(server) if server else WorkerManager(base)


async def run_verb(manager: Manager, base: BaseFolder, arguments: argparse.Namespace, told: Told | None = None) -> str:
    """Do what was typed; returns what to tell. ``told`` hears, line by line, how a worker's environment is made.

    Raises:
        ManagerError, ConvertError: it cannot be done; the text says why.
    """
    if arguments.verb == "list":
        return worker_table(await manager.list())
    worker = await find_worker(manager, arguments.worker) if "worker" in arguments else None
    if arguments.verb == "logs" and worker is not None:
        return await manager.log(worker.uuid, arguments.lines) or f"Worker {worker.name} has printed nothing."
    if arguments.verb in ARCHIVE_WORDS:
        return await _run_archive_word(manager, base, worker, arguments)
    asked = _asked(arguments, worker)
    if arguments.verb in LAUNCHING and isinstance(manager, WorkerManager) and not _detached(asked, worker):
        raise NoServerError(
            f"no server of yours serves {manager.base.path}, and a worker ends with the process that starts it; "
            "start one with: funcnodes runserver, or add --detached"
        )
    outcome = await VERBS[arguments.verb].run(manager, asked, told)
    if isinstance(outcome, Deleted):
        return f"Worker {arguments.worker} was moved to {outcome.moved_to}."
    return worker_table([outcome])


async def _run_archive_word(
    manager: Manager, base: BaseFolder, worker: WorkerStatus | None, arguments: argparse.Namespace
) -> str:
    if worker is None:
        came = await import_from(base, arguments.file, arguments.name, arguments.cwd)
        told = await manager.packages.describe(came.uuid)
        wanted = [one["requirement"] or ", ".join(one["modules"]) for one in told["missing"]]
        wanted += [f"whatever has {one['node_id']}" for one in told["unknown"]]
        hint = f"It needs {', '.join(wanted)}; see: funcnodes worker packages {came.name}"
        return "\n".join([worker_table([came]), *([hint] if wanted else [])])
    await export_to(base, worker, arguments.file, arguments.files)
    return f"Worker {worker.name} was exported to {arguments.file}."


async def find_worker(manager: Manager, wanted: str) -> WorkerStatus:
    """The worker with a name or uuid; a name comes first.

    Raises:
        WorkerNotFoundError: there is none.
    """
    workers = await manager.list()
    named = [worker for worker in workers if worker.name == wanted and worker.state != "foreign"]
    for worker in [*named, *(worker for worker in workers if worker.uuid == wanted)]:
        return worker
    raise WorkerNotFoundError(wanted)


def worker_table(workers: Sequence[WorkerStatus]) -> str:
    """The workers as lines of aligned columns, under a heading."""
    if not workers:
        return "There are no workers."
    rows = [("NAME", "STATE", "PID", "UUID", "FOLDER")]
    rows += [(w.name, _state(w), str(w.pid or ""), w.uuid, w.cwd) for w in workers]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _state(worker: WorkerStatus) -> str:
    notes = [worker.activity if worker.activity != "idle" else "", "detached" if worker.detached and worker.pid else ""]
    notes += ["preparing" if worker.preparing else ""]
    return ", ".join([worker.state, *filter(None, notes)])


def _asked(arguments: argparse.Namespace, worker: WorkerStatus | None) -> Arguments:
    given = {key: value for key, value in vars(arguments).items() if key in Arguments.__struct_fields__}
    return Arguments(workerid=worker.uuid if worker else "", **given)


def _detached(asked: Arguments, worker: WorkerStatus | None) -> bool:
    return worker is not None and worker.detached if asked.detached is UNSET else bool(asked.detached)


# --- options ----------------------------------------------------------------------------------------


def _add_worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("worker", metavar="WORKER", help="name or uuid")


def _add_name(parser: argparse.ArgumentParser, verb: str) -> None:
    if verb == "duplicate":
        parser.add_argument("name", nargs="?", metavar="NAME", help="name of the copy")
    else:
        parser.add_argument("name", metavar="NAME", help="the new name")


def _add_cwd(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("--cwd", type=_folder, help="working directory (default: the server's root folder)")


def _add_autostart(parser: argparse.ArgumentParser, verb: str) -> None:
    _add_switch(parser, "--autostart", "start it with the server")


def _add_detached(parser: argparse.ArgumentParser, verb: str) -> None:
    _add_switch(parser, "--detached", "let it outlive the server that starts it")


def _add_idle_timeout(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument(
        "--idle-timeout",
        type=_seconds,
        default=UNSET,
        metavar="SECONDS",
        help="stop it when nobody used it for so long; 0: never, default: as the server does with all",
    )


def _add_memory_limit(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument(
        "--memory-limit",
        type=_size,
        default=UNSET,
        metavar="SIZE",
        help="how much memory its process may use from its next start on: 500M, 2G; none: any, "
        "default: as the server lets all",
    )


def _add_environment(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument(
        "--environment",
        choices=ENVIRONMENT_KINDS,
        default=UNSET,
        help="whose packages it sees: the server's (default), its own, or its own and behind them the server's (shared)",
    )


def _add_python(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument(
        "--python",
        type=_python,
        default="",
        metavar="VERSION",
        help="of which Python its own environment is: 3.12, or the path of an interpreter (default: the server's)",
    )


def _add_switch(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    parser.add_argument(name, action=argparse.BooleanOptionalAction, default=UNSET, help=text)


_OPTIONS = {
    "name": _add_name,
    "cwd": _add_cwd,
    "autostart": _add_autostart,
    "detached": _add_detached,
    "idle_timeout": _add_idle_timeout,
    "memory_limit": _add_memory_limit,
    "environment": _add_environment,
    "python": _add_python,
}


def _folder(text: str) -> str:
    return str(Path(text).expanduser().absolute())


def _python(text: str) -> str:
    """A path is meant as seen from here, not from where environments are made."""
    return _folder(text) if os.sep in text else text


def _seconds(text: str) -> float | None:
    if text == "default":
        return None
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a number of seconds or “default”, not {text!r}") from None


def _size(text: str) -> int | None:
    if text == "default":
        return None
    try:
        return 0 if text == "none" else bytes_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a size such as 500M or 2G, “none” or “default”, not {text!r}") from None
