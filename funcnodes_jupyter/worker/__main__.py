"""``python -m funcnodes_jupyter.worker --base DIR --uuid UUID [--ready-fd N] [--memory-limit BYTES]``."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from funcnodes_jupyter.core.lifeline import take_stdin
from funcnodes_jupyter.core.memorylimit import limit_memory
from funcnodes_jupyter.nodes.files import UPLOADS_VARIABLE
from funcnodes_jupyter.worker.errors import WorkerRunsError
from funcnodes_jupyter.worker.home import WorkerHome

if TYPE_CHECKING:
    from funcnodes_jupyter.core.library import Library

ALREADY_RUNS = 3
"""Exit code when another process runs this worker."""

SWITCH_SECONDS = 0.001
"""How soon a busy function gives way to the thread that answers clients; Python's own 5 ms add up."""


def main(arguments: Sequence[str] | None = None, make_library: Callable[[], Library] | None = None) -> int:
    """Run one worker until it is told to stop; returns the exit code.

    Args:
        arguments: Those of the command line when left out.
        make_library: What the worker's nodes can be made of; when left out, what comes with the package and with
            the node packs that are installed.
    """
    parser = argparse.ArgumentParser(prog="python -m funcnodes_jupyter.worker", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder that holds the workers")
    parser.add_argument("--uuid", required=True, help="which worker")
    parser.add_argument("--ready-fd", type=int, default=None, help="file descriptor told when the worker serves")
    parser.add_argument("--memory-limit", type=int, default=None, help="how many bytes of memory it may use")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        limit_memory(options.memory_limit)
    except (OSError, ValueError) as error:
        logging.getLogger(__name__).error("The memory limit cannot be kept, so nothing starts: %s", error)
        return 1
    pipe = take_stdin()
    home = WorkerHome(options.base, options.uuid)
    home.prepare()
    # Not only in the nodespace: functions may run in processes of their own.
    os.environ[UPLOADS_VARIABLE] = str(home.files)
    try:
        with home.held():
            # Imported here, once it is known that there is something to serve.
            from funcnodes_jupyter.nodes.shelves import builtin_library
            from funcnodes_jupyter.worker.packs import Packs
            from funcnodes_jupyter.worker.serve import WorkerProcess

            library = (make_library or builtin_library)()
            packs = Packs(library)
            if make_library is None:  # a library that was given is as it is meant to be
                packs.look()
            worker = WorkerProcess(home, library, pipe, options.ready_fd, packs)
            # What was imported stays for good: no garbage collection needs to look at it again.
            gc.freeze()
            return worker.run()
    except WorkerRunsError as error:
        logging.getLogger(__name__).error("%s", error)
        return ALREADY_RUNS


if __name__ == "__main__":
    sys.exit(main())
