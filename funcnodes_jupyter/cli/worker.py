"""``funcnodes worker``: make, run, list, follow and delete workers from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from funcnodes_jupyter.cli import follow, packages
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.commandline import add_verbs, open_manager, run_verb
from funcnodes_jupyter.manager.manager import WorkerManager


def add_to(commands: Any) -> None:
    """Add the subcommand and its verbs to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("worker", help="list, make and run workers")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB", dest="verb")
    add_verbs(verbs)
    follow.add_to(verbs)
    packages.add_to(verbs)
    for one in verbs.choices.values():
        one.add_argument("--dir", type=Path, help="base folder (default: FUNCNODES_CONFIG_DIR, else ~/.funcnodes)")
    parser.set_defaults(run=run, takes_rest=False)


def run(arguments: argparse.Namespace) -> int:
    """Do one verb and print what came of it.

    Raises:
        ManagerError, ConvertError: it cannot be done; the text says why.
    """
    if arguments.verb == "delete" and not arguments.yes and not _agreed(arguments.worker):
        print("Nothing was deleted.")
        return 1
    return asyncio.run(_run(arguments))


def _agreed(worker: str) -> bool:
    """Whether the person at the terminal says yes; nobody there is a no."""
    try:
        return input(f"Move worker {worker} with its graph and files to the trash? [y/N] ").strip().lower() in (
            "y",
            "yes",
        )
    except EOFError:
        print()
        return False


def _tell(line: str) -> None:
    """What goes on meanwhile; the outcome alone is for programs that read this one's output."""
    print(line, file=sys.stderr, flush=True)


async def _run(arguments: argparse.Namespace) -> int:
    base = BaseFolder.at(arguments.dir)
    manager = await open_manager(base)
    if arguments.verb == "packages" and isinstance(manager, WorkerManager):
        manager = packages.local_manager(base)
    try:
        if arguments.verb == "packages":
            return await packages.run(manager, arguments, _tell)
        if arguments.verb == "listen":
            await follow.listen(manager, base, arguments.worker)
        elif arguments.verb == "logs" and arguments.follow:
            await follow.follow_log(manager, base, arguments.worker, arguments.lines)
        else:
            print(await run_verb(manager, base, arguments, _tell))
        return 0
    finally:
        await manager.close()
