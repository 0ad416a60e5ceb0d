"""The command ``funcnodes``; each subcommand has a file of its own."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from funcnodes_jupyter import __version__
from funcnodes_jupyter.cli import convert, pack, run, runserver, worker
from funcnodes_jupyter.convert.errors import ConvertError
from funcnodes_jupyter.manager.errors import ManagerError


def parser() -> argparse.ArgumentParser:
    """Everything the command understands."""
    top = argparse.ArgumentParser(prog="funcnodes", description="Reactive node graphs in Jupyter.")
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    runserver.add_to(commands)
    worker.add_to(commands)
    pack.add_to(commands)
    convert.add_to(commands)
    run.add_to(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 refused with the reason on the error output, 2 not understood."""
    top = parser()
    arguments, rest = top.parse_known_args(argv)
    arguments.rest = rest
    if rest and not arguments.takes_rest:
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        code: int = arguments.run(arguments)
    except (ManagerError, ConvertError) as error:
        print(f"funcnodes: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # what it had begun is ended
        return 130
    return code
