"""The node packs that are installed beside this package, put into a worker's library."""

from __future__ import annotations

import logging

from funcnodes_jupyter.core.discovery import find_packs, load_packs
from funcnodes_jupyter.core.errors import NodeIdAlreadyExistsError
from funcnodes_jupyter.core.library import Library

_log = logging.getLogger(__name__)


def add_packs(library: Library) -> list[str]:
    """Put the shelves of all installed packs into ``library``.

    Returns:
        What is wrong with packs, a sentence each; a broken one keeps no other from coming.
    """
    problems: list[str] = []
    for loaded in load_packs(find_packs()):
        for problem in loaded.problems:
            _log.warning("The pack %s: %s", loaded.pack.name, problem.traceback)
            problems.append(f"The nodes of {loaded.pack.name} are missing: {problem.text}.")
        for shelf in loaded.shelves:
            try:
                library.add_shelf(shelf)
            except (NodeIdAlreadyExistsError, ValueError) as error:
                problems.append(f"The nodes of {loaded.pack.name} are missing: {error}")
    return problems
