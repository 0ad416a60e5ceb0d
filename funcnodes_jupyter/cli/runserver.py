"""``funcnodes runserver``: the editor in a browser, without JupyterLab."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.config import FRONTEND_PORT, read_config
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.manager.locate import FoundServer, find_server

DEFAULT_HOST = "127.0.0.1"


class PortTakenError(ManagerError):
    """The port is in use."""


def add_to(commands: Any) -> None:
    """Add the subcommand to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "runserver",
        help="serve the editor to a browser",
        description="Serve the editor to a browser. Options not listed here go to the Jupyter server below it.",
    )
    parser.add_argument("--port", type=_port, help=f"this very port (default: {FRONTEND_PORT}, or as config.json says)")
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (default: this machine only)")
    parser.add_argument("--dir", type=Path, help="base folder (default: FUNCNODES_CONFIG_DIR, else ~/.funcnodes)")
    parser.add_argument("--new", action="store_true", help="start a server even when one serves the folder already")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.set_defaults(run=run, takes_rest=True)


def run(arguments: argparse.Namespace) -> int:
    """Open the page of the server that is there, else serve until stopped.

    Raises:
        PortTakenError: the port is in use.
    """
    base = BaseFolder.at(arguments.dir)
    if not arguments.new and (server := asyncio.run(find_server(base.path))):
        return _open_page(server, base, browse=not arguments.no_browser)
    config = read_config(base)
    if config.problem:
        print(config.problem)
    port = choose_port(arguments.host, arguments.port, usual=config.frontend_port, anyway=arguments.new)
    options = [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.ip={arguments.host}",
        f"--FuncNodesApp.base_dir={base.path}",
        *(["--no-browser"] if arguments.no_browser else []),
    ]
    return _serve([*options, *arguments.rest])


def choose_port(host: str, wanted: int | None, *, usual: int, anyway: bool) -> int:
    """The port to serve on.

    Args:
        host: the address to listen on.
        wanted: the port that was asked for, and no other; None: the usual one.
        usual: the port to serve on when none was asked for.
        anyway: any free port does when the usual one is taken.

    Raises:
        PortTakenError: the port is in use; the text says what to do.
    """
    port = usual if wanted is None else wanted
    if _is_free(host, port):
        return port
    if wanted is not None:
        raise PortTakenError(f"port {port} is taken by another program; choose another --port")
    if not anyway:
        raise PortTakenError(f"port {port} is taken by another program; choose one with --port, or any with --new")
    with _bound(host, 0) as probe:
        free: int = probe.getsockname()[1]
    print(f"Port {port} is taken, serving on port {free}.")
    return free


def _open_page(server: FoundServer, base: BaseFolder, *, browse: bool) -> int:
    page = f"{server.url}funcnodes/"
    address = f"{page}?{urlencode({'token': server.token})}" if server.token else page
    print(f"A server of yours (process {server.pid}) serves {base.path} already: {address}")
    print("Use --new to start another one beside it.")
    if browse and not webbrowser.open(address):
        print("No browser could be opened here.")
    return 0


def _serve(options: list[str]) -> int:
    # Here and not above: importing the server takes longer than everything the other commands do.
    from funcnodes_jupyter.server.extension import FuncNodesApp

    FuncNodesApp.launch_instance(options)  # type: ignore[no-untyped-call]
    return 0


def _is_free(host: str, port: int) -> bool:
    try:
        with _bound(host, port):
            return True
    except OSError:
        return False


def _bound(host: str, port: int) -> contextlib.closing[socket.socket]:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    probe = socket.socket(family, kind, protocol)
    # As servers do: connections of an earlier server that linger are no reason to refuse its port.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(address)
        probe.listen(1)
    except BaseException:
        probe.close()
        raise
    return contextlib.closing(probe)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port
