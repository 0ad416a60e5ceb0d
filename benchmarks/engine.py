"""What the engine costs, each number as a ratio to a floor that is measured in the same run.

Run ``python benchmarks/engine.py``; ``--only NAME`` measures one subject, ``--quick`` measures less often.
The floor of a wave is a hand-written loop over the same plain functions with the same arguments; times are
CPU times, the best of several rounds taken in turns. The exit code is 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from pathlib import Path

# As a script it finds its own modules and, without an installation, the package beside them; so do its children.
ROOT = str(Path(__file__).resolve().parent.parent)
sys.path[0] = ROOT
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH"))))

from benchmarks import machine  # noqa: E402
from benchmarks.measure import Effort, Row, print_heading, print_row  # noqa: E402

CASES = (
    "waves",
    "size",
    "building",
    "waiting",
    "import",
    "worker",
    "answers",
    "reader",
    "starting",
    "environments",
    "packages",
    "saving",
    "cells",
    "travel",
)
QUICK = Effort(rounds=4, repeats=5, quick=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=CASES, action="append", help="measure this subject alone; may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: sooner done and less exact")
    options = parser.parse_args()
    effort = QUICK if options.quick else Effort()
    print(machine.describe())
    print_heading()
    missed: list[Row] = []
    for name in options.only or CASES:
        # Imported one by one: those that start no worker run where its packages are not installed.
        case = importlib.import_module(f"benchmarks.cases_{name}")
        for row in asyncio.run(case.rows(effort)):
            print_row(row)
            if row.within is False:
                missed.append(row)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
