"""Node packs that are installed: their nodes are in the worker's library, and a broken one is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from packs import install_pack, with_path

PACK = """
from funcnodes_jupyter.core.decorator import NodeDecorator
from funcnodes_jupyter.core.library import Shelf


@NodeDecorator("pack.greet", name="Greet")
def greet(name: str = "you") -> str:
    return f"Hello {name}"


NODE_SHELF = Shelf("Greetings", nodes=[greet])
"""


PROGRAM = """
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.worker.packs import add_packs
library = builtin_library()
for problem in add_packs(library):
    print(problem)
print(library.find_nodeid("pack.greet"))
"""


@pytest.mark.parametrize(
    ("others", "problem"),
    [
        ({}, ""),
        ({"brokenpack": "import nowhere"}, "The nodes of brokenpack are missing: ModuleNotFoundError: No module named"),
        ({"otherpack": PACK}, "The nodes of otherpack are missing: The node id 'pack.greet' belongs to"),
    ],
)
def test_the_nodes_of_installed_packs_are_in_the_library(tmp_path: Path, others: dict[str, str], problem: str) -> None:
    install_pack(tmp_path, "greetpack", PACK)
    for name, text in others.items():
        install_pack(tmp_path, name, text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=with_path(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    *problems, found = done.stdout.splitlines()
    assert found == "[['Greetings']]"
    assert len(problems) == bool(problem)
    assert all(text.startswith(problem) for text in problems)
