"""``funcnodes pack new``: the beginning of a pack of nodes, with a test of its own."""

from __future__ import annotations

import argparse
import keyword
import re
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path
from string import Template
from typing import Any

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_ENDING = ".txt"
"""Of all files of the template, so that nobody takes them for code of this package."""


class UnusableNameError(ValueError):
    """A pack cannot be called so, or not be put there; the text says why."""


def add_to(commands: Any) -> None:
    """Add the subcommand to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("pack", help="begin a pack of nodes of your own")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB", dest="verb")
    new = verbs.add_parser("new", help="write a pack with one node and its test into a new folder")
    new.add_argument("name", help="of the distribution, such as my-nodes; its module is my_nodes")
    new.add_argument("--dir", type=Path, default=Path(), help="where the folder is made (default: here)")
    parser.set_defaults(run=run, takes_rest=False)


def run(arguments: argparse.Namespace) -> int:
    """Write the pack, and say what comes next."""
    try:
        folder = write_pack(arguments.name, arguments.dir)
    except (UnusableNameError, OSError) as error:
        print(f"funcnodes: {error}", file=sys.stderr)
        return 1
    print(f"{folder} is a pack with one node. Install it and run its test:")
    print(f'  cd {folder} && pip install -e ".[test]" && pytest')
    return 0


def write_pack(name: str, where: Path) -> Path:
    """Write a pack of that name into a new folder in ``where``; returns the folder.

    Raises:
        UnusableNameError: no distribution or module can bear the name, another module does, or the folder is there.
        OSError: it cannot be written. Nothing is left behind.
    """
    module = _module_of(name)
    folder = where / name
    if folder.exists():
        raise UnusableNameError(f"{folder} is there already: choose another name, or another place with --dir.")
    words = {"name": name, "module": module, "title": module.replace("_", " ").capitalize()}
    try:
        with as_file(files(__package__) / "pack_template") as template:
            for source in sorted(template.rglob(f"*{_ENDING}")):
                path = source.relative_to(template).with_suffix("")
                parts = [module if part == "module" else part for part in path.parts]
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(Template(source.read_text("utf-8")).substitute(words), encoding="utf-8")
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _module_of(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnusableNameError(
            f"{name!r} is no name for a pack: letters and digits, with single - or _ between, as in my-nodes."
        )
    module = name.replace("-", "_").lower()
    if keyword.iskeyword(module) or module in sys.stdlib_module_names or module == __package__.partition(".")[0]:
        raise UnusableNameError(f"A module {module!r} is part of Python or of this package: choose another name.")
    return module
