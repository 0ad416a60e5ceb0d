"""A worker with the packs of its environment, as it is outside of tests."""

from __future__ import annotations

import sys

from funcnodes_jupyter.worker.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
