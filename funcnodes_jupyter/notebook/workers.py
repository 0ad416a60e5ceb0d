"""The verbs of the Workermanager in a notebook: ``%funcnodes worker VERB …``."""

from __future__ import annotations

import argparse
import shlex
from typing import NoReturn

from IPython.core.error import UsageError

from funcnodes_jupyter.manager.archivewords import ARCHIVE_WORDS
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.commandline import LAUNCHING, add_verbs, open_manager, run_verb
from funcnodes_jupyter.notebook.background import BackgroundLoop

_TIMEOUT = 60.0
"""Seconds; a stop may take a while."""
_UNHURRIED = (*ARCHIVE_WORDS, *LAUNCHING)
"""An archive takes as long as it is large, and an environment may have to be made before a start."""


class VerbText(str):
    """What came of a verb, shown as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def do_verb(line: str) -> VerbText:
    """Do what ``line`` says, such as ``stop demo``; see ``funcnodes worker --help``.

    Raises:
        UsageError: it is not understood.
        ManagerError, ConvertError: it cannot be done; the text says why.
    """
    try:
        arguments = _parsed(line)
    except _HelpShown:
        return VerbText("")
    if arguments.verb == "delete" and not arguments.yes:
        raise UsageError(f"%funcnodes worker delete: add --yes to move {arguments.worker!r} to the trash.")
    loop = BackgroundLoop("worker verbs")
    try:
        return VerbText(loop.run(_do(arguments), None if arguments.verb in _UNHURRIED else _TIMEOUT))
    finally:
        loop.close()


def list_workers() -> VerbText:
    """All workers of the user's base folder, and how to go on.

    Raises:
        ManagerError: the Jupyter server does not answer.
    """
    return VerbText(f"{do_verb('list')}\n\n%funcnodes NAME opens a worker, or makes it.")


async def _do(arguments: argparse.Namespace) -> str:
    base = BaseFolder.at()
    manager = await open_manager(base)
    try:
        return await run_verb(manager, base, arguments, print)
    finally:
        await manager.close()


class _HelpShown(Exception):  # noqa: N818 - it is no error
    """``--help`` was asked for, and printed."""


class _Parser(argparse.ArgumentParser):
    """Refuses as a magic does, instead of ending the kernel."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _HelpShown


def _parsed(line: str) -> argparse.Namespace:
    parser = _Parser(prog="%funcnodes worker")
    add_verbs(parser.add_subparsers(required=True, metavar="VERB", dest="verb"))
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%funcnodes worker: {error}") from None
    return parser.parse_args(words)
