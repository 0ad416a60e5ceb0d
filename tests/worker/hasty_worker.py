"""A worker that soon loses its patience with clients, for tests that would wait a minute else."""

from __future__ import annotations

import sys

from nodes_for_tests import library

from funcnodes_jupyter.worker import sockets
from funcnodes_jupyter.worker.__main__ import main

sockets.STUCK_SECONDS = sockets.UPGRADE_SECONDS = 1.0

if __name__ == "__main__":
    sys.exit(main(make_library=library))
