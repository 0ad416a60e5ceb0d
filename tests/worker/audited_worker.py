"""A worker that notes, in ``<base>/heard``, everything by which a text or some bytes could have become code in it."""

from __future__ import annotations

import base64
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from nodes_for_tests import library

from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.shelf import Shelf
from funcnodes_jupyter.worker.__main__ import main

CODE = ("exec", "compile", "import", "pickle.find_class", "marshal.loads", "code.__new__", "function.__new__")
SYSTEM = ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "ctypes.dlopen",
          "socket.connect", "socket.getaddrinfo", "urllib.Request", "webbrowser.open", "os.putenv")  # fmt: skip


PARSED = "<unknown>"
"""The file name of a text that is parsed and not compiled, as types and literals are."""


def describe(event: str, arguments: tuple[Any, ...]) -> str:
    """What an event was about, told so that two runs of the same code are told alike."""
    if event == "exec":
        code = arguments[0]
        texts = [constant for constant in code.co_consts if isinstance(constant, str)]
        return f"{code.co_filename} {code.co_name} {code.co_names} {texts}"
    if event == "compile":
        return PARSED if arguments[1] == PARSED else repr(arguments)
    return str(arguments[0]) if event == "import" else repr(arguments)[:300]


def begin_listening(path: Path) -> None:
    """Note events from now on. A hook stays for the life of the process."""
    notes = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    watched = frozenset((*CODE, *SYSTEM))

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in watched:
            os.write(notes, (json.dumps([event, describe(event, arguments)]) + "\n").encode())
        elif event == "open" and "canary" in str(arguments[0]):
            os.write(notes, (json.dumps([event, str(arguments[0])]) + "\n").encode())

    sys.addaudithook(hear)


class Careless(Node):
    """What no node may be: it makes code of its own name when it is made."""

    node_id = "t.careless"

    def prepare(self) -> None:
        eval(self.name)
        pickle.loads(base64.b64decode(self.get_property("pickle")))

    def func(self) -> None:
        return None


def audited() -> Library:
    """The library, and from its end on a worker that is listened to."""
    made = library()
    made.add_shelf(Shelf("Careless", nodes=[Careless]))
    begin_listening(Path(sys.argv[sys.argv.index("--base") + 1]) / "heard")
    return made


if __name__ == "__main__":
    sys.exit(main(make_library=audited))
