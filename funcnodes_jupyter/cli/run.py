"""``funcnodes run FILE``: compute a saved graph at a terminal, without a browser and without a notebook."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from funcnodes_jupyter.cli.results import Target, check_target, write_result
from funcnodes_jupyter.cli.runprogress import RunProgress
from funcnodes_jupyter.cli.sources import NOTEBOOK, SOURCES, read_source
from funcnodes_jupyter.convert.errors import UnreadableSourceError
from funcnodes_jupyter.core.errors import FuncNodesError
from funcnodes_jupyter.manager.archivewords import import_from
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.errors import ManagerError
from funcnodes_jupyter.notebook.errors import FlowError, FlowTimeoutError, WorkerGoneError
from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.graph import Graph, port_of
from funcnodes_jupyter.notebook.remote import Remote
from funcnodes_jupyter.wire.errors import CommandError
from funcnodes_jupyter.wire.events import NodeState

FAILED, MISUSED = 1, 2


class _UsageError(Exception):
    """Something on the command line means nothing in this graph."""


def add_to(commands: Any) -> None:
    """Add the subcommand to the command's parser."""
    parser: argparse.ArgumentParser = commands.add_parser("run", help="compute a saved graph and write its results")
    parser.add_argument("file", type=Path, help="FILE.fnw, FILE.json, FILE.py, or a notebook")
    parser.add_argument("name", nargs="?", help="which graph of a notebook; else what a worker that is kept is called")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.INPUT=VALUE",
        help="set an input, as it is typed in the editor",
    )
    parser.add_argument(
        "--set-json", action="append", default=[], metavar="NODE.INPUT=JSON", help="set an input to a value in JSON"
    )
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="NODE.OUTPUT=FILE",
        help="compute this output and write it: FILE.json, FILE.csv, FILE.png or FILE.pkl; without =FILE it is printed as JSON",
    )
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="give up after so long")
    parser.add_argument("--trust", action="store_true", help="let code run that an archive or a saved graph holds")
    parser.add_argument("--keep", action="store_true", help="keep the worker, with its graph and what was set")
    parser.add_argument("--quiet", action="store_true", help="say nothing while it runs")
    parser.add_argument(
        "--dir", type=Path, help="base folder for --keep (default: FUNCNODES_CONFIG_DIR, else ~/.funcnodes)"
    )
    parser.set_defaults(run=run, takes_rest=False)


def run(arguments: argparse.Namespace) -> int:
    """Compute, write what is asked for; the exit code: 0, 1 when a node failed, 2 when the command means nothing.

    Raises:
        ConvertError, ManagerError: the graph cannot be opened; the text says why.
        KeyboardInterrupt: what ran was ended.
    """
    try:
        with _opened(arguments) as flow:
            return _compute(flow, arguments)
    except _UsageError as error:
        return _said(str(error), MISUSED)
    except FlowTimeoutError as error:
        # What is said to a notebook does not hold here: it was cancelled.
        return _said(str(error).removesuffix(" It goes on."), FAILED)
    except WorkerGoneError as error:
        why = error.detail.partition(";")[0] or "it does not answer"
        return _said(f"The process that computed the graph is gone: {why}.", FAILED)
    except (FlowError, CommandError) as error:
        return _said(str(error), FAILED)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no time to wait: say how many seconds")
    return seconds


# --- opening --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Flow]:
    """The graph in a worker of its own, which is gone afterwards unless it is to be kept."""
    file: Path = arguments.file
    if file.suffix not in SOURCES:
        raise _UsageError(f"{file.name}: a graph to run ends in {', '.join(SOURCES)}")
    if not file.is_file():
        raise UnreadableSourceError(f"{file} cannot be read: there is no such file")
    with contextlib.ExitStack() as stack:
        if arguments.keep:
            base = BaseFolder.at(arguments.dir)
        else:
            base = BaseFolder.at(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="funcnodes-"))))
        name = arguments.name or file.stem
        chosen = arguments.name if file.suffix == NOTEBOOK and arguments.name else ""
        if file.suffix == ".fnw":  # with its files
            name = asyncio.run(import_from(base, file, arguments.name, Path.cwd())).name
        flow = Flow(Remote(name, base.path, str(Path.cwd())))
        stack.callback(flow.close)
        if file.suffix != ".fnw":
            # A script is this person's own code, and what is run here is that.
            flow.load(json.dumps(read_source(file, chosen)), trusted=file.suffix == ".py")
        yield flow
        if arguments.keep:
            print(f"The graph is kept as the worker {name!r}.", file=sys.stderr)


# --- computing ------------------------------------------------------------------------------------


def _compute(flow: Flow, arguments: argparse.Namespace) -> int:
    if arguments.trust:
        flow.trust()
    flow.mode = "paused"  # until all is set
    for text in arguments.set:
        _set(flow, text, "--set", lambda value: {"text": value})
    for text in arguments.set_json:
        _set(flow, text, "--set-json", lambda value: {"value": json.loads(value)})
    targets = [_target(flow, text) for text in arguments.output]
    wanted = [target.node for target in targets]
    graph = flow._remote.graph()
    _refuse_untrusted(graph, wanted)
    progress = RunProgress(graph, quiet=arguments.quiet)
    flow.run(*wanted)
    try:
        graph = flow._remote.until(lambda now: progress.look(now) and not now.active, arguments.timeout)
    except WorkerGoneError:  # there is nothing to cancel
        raise
    except BaseException:
        with contextlib.suppress(FlowError, CommandError):  # why it ends is to be told, whatever the worker does
            flow.cancel()
        raise
    finally:
        progress.end()
    failed = _failed(graph, wanted)
    if failed is not None:
        return _said(f"{failed.name} failed.\n{_trace(failed)}", FAILED)
    for target in targets:
        try:
            write_result(flow, target)
        except WorkerGoneError:
            raise
        except (FuncNodesError, ManagerError, OSError, ValueError, TypeError) as error:
            return _said(f"{target.text}: {error}", FAILED)
    if not targets:
        print(flow)
    return 0


def _set(flow: Flow, text: str, option: str, form: Any) -> None:
    address, equals, value = text.partition("=")
    name, dot, io = address.rpartition(".")
    if not (equals and dot and name and io):
        raise _UsageError(f"{option} {text}: write it as NODE.INPUT=VALUE")
    try:
        node = flow._remote.graph().find(name)
        port = port_of(node, io, is_input=True)
        flow._remote.command("update_node", {"uuid": node.uuid, "io_id": port.id, **form(value)})
    except CommandError as error:
        raise _UsageError(f"{option} {text}: {error.message}") from None
    except RecursionError:
        raise _UsageError(f"{option} {address}: the value is nested too deeply") from None
    except (FuncNodesError, ValueError) as error:
        raise _UsageError(f"{option} {text}: {error}") from None


def _target(flow: Flow, text: str) -> Target:
    address, _, file = text.partition("=")
    name, dot, io = address.rpartition(".")
    if not (dot and name and io):
        raise _UsageError(f"--output {text}: write it as NODE.OUTPUT=FILE")
    try:
        node = flow._remote.graph().find(name)
        target = Target(text, node.uuid, port_of(node, io, is_input=False).id, Path(file) if file else None)
        check_target(target)
    except (FuncNodesError, ValueError) as error:
        raise _UsageError(f"--output {text}: {error}") from None
    return target


def _refuse_untrusted(graph: Graph, wanted: list[str]) -> None:
    names = [node.name for node in _concerned(graph, wanted) if node.untrusted]
    if names:
        raise _UsageError(
            f"{', '.join(names[:5])}{' …' if len(names) > 5 else ''}: this code came with the file. "
            "Look at it (funcnodes convert FILE.fnw FILE.json, or in the editor), and add --trust to run it."
        )


def _concerned(graph: Graph, wanted: list[str]) -> list[NodeState]:
    if not wanted:
        return list(graph.nodes.values())
    return list({node.uuid: node for uuid in wanted for node in graph.upstream(uuid)}.values())


def _failed(graph: Graph, wanted: list[str]) -> NodeState | None:
    return next((node for node in _concerned(graph, wanted) if node.error is not None), None)


def _trace(node: NodeState) -> str:
    assert node.error is not None
    return node.error.traceback.strip() or node.error.text


def _said(text: str, code: int) -> int:
    print(f"funcnodes run: {text}", file=sys.stderr)
    return code
