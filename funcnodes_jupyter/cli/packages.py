"""``funcnodes worker packages``: what a worker has, and changes of it that are shown before they are made."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.commandline import find_worker
from funcnodes_jupyter.manager.errors import InvalidWorkerError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.packages.plans import Change, Plan, Wanted
from funcnodes_jupyter.manager.packages.wishes import ALL
from funcnodes_jupyter.manager.toolrun import Told
from funcnodes_jupyter.manager.verbs import Manager

ACTIONS = ("list", "add", "remove", "upgrade", "search", "restore")
SHOWN_VERSIONS = 12


def add_to(verbs: Any) -> None:
    """Add ``packages``."""
    text = "Show a worker's packages, and add, remove, upgrade or restore some of its own environment."
    parser: argparse.ArgumentParser = verbs.add_parser("packages", help=text, description=text)
    parser.add_argument("worker", metavar="WORKER", help="name or uuid")
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        default="list",
        help="list (default), add, remove, upgrade (all that were asked for, where no PACKAGE is named), "
        "search (its versions in the package index), restore (what its lock says, as far as it can be had; ends with 1 when that is not all)",
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help='a name, or with "add" such as "numpy>=2"')
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")


def local_manager(base: BaseFolder) -> WorkerManager:
    """A manager where no server is, with the policy that a server of this person would have."""
    # Only here: it takes a while to import.
    from funcnodes_jupyter.server.extension import configured_policy

    return WorkerManager(base, package_policy=configured_policy())


async def run(manager: Manager, arguments: argparse.Namespace, told: Told) -> int:
    """Do what was typed; gives the exit code.

    Raises:
        ManagerError: it cannot be done; the text says why.
    """
    worker = await find_worker(manager, arguments.worker)
    action, names = arguments.action, list(arguments.packages)
    if action in ("add", "remove", "search") and not names:
        raise InvalidWorkerError(f"which package? Give its name after {action}")
    if action in ("list", "restore") and names:
        raise InvalidWorkerError(f"{action} takes no packages")
    if action == "list":
        print(_listing(worker.name, await manager.packages.describe(worker.uuid)))
        return 0
    if action == "search":
        for name in names:
            print(_found(await manager.packages.lookup(name)))
        return 0
    plan = await manager.packages.plan(worker.uuid, _wanted(action, names), told)
    code = await _change(manager, plan, worker.name, arguments.yes, told)
    # What was asked for is not all there.
    return 1 if action == "restore" and plan.unavailable else code


async def _change(manager: Manager, plan: Plan, name: str, yes: bool, told: Told) -> int:
    for one in plan.unavailable:
        print(f"  ! {one.requirement} cannot be had: {one.reason}")
    if plan.nothing:
        print("There is nothing else to change." if plan.unavailable else "There is nothing to change.")
        return 0
    print("\n".join(map(_line, plan.changes)) or "Nothing is installed or removed; what is asked for is written down.")
    if plan.restart:
        print(f"Worker {name} has imported some of it: restart it afterwards.")
    without = f", without what cannot be had ({len(plan.unavailable)})" if plan.unavailable else ""
    if not yes and not await _agreed(f"Change the packages of worker {name}{without}? [y/N] "):
        print("Nothing was changed.")
        return 1
    restart = await manager.packages.apply(plan.uuid, plan.id, told)
    done = f"The packages of worker {name} were changed."
    print(f"{done} It sees that after: funcnodes worker restart {name}" if restart else done)
    return 0


def _wanted(action: str, names: list[str]) -> Wanted:
    if action == "restore":
        return Wanted(restore=True)
    if action == "upgrade":
        return Wanted(upgrade=names or [ALL])
    return Wanted(add=names) if action == "add" else Wanted(remove=names)


async def _agreed(question: str) -> bool:
    """Whether the person at the terminal says yes; nobody there is a no."""
    print(question, end="", flush=True)
    await _something_typed()
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        print()
    return line.strip().lower() in ("y", "yes")


async def _something_typed() -> None:
    """Wait on the loop, where Ctrl+C counts at once; ``input`` would keep it waiting."""
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    try:
        loop.add_reader(sys.stdin, typed.set)
    except (OSError, ValueError):  # a file: all of it is there
        return
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin)


# --- shown ------------------------------------------------------------------------------------------


def _line(change: Change) -> str:
    if change.before is None:
        return f"  + {change.name} {change.after}"
    if change.after is None:
        return f"  - {change.name} {change.before}"
    return f"  ~ {change.name} {change.before} → {change.after}"


def _listing(worker: str, told: dict[str, Any]) -> str:
    rows = [("PACKAGE", "VERSION", "")]
    rows += [(one["name"], one["version"], _note(one)) for one in told["packages"]]
    lines = _aligned(rows) if told["packages"] else ["There are no packages."]
    for one in told["missing"]:
        what = one["requirement"] or f"whatever brings the module {', '.join(one['modules'])}"
        lines.append(f"Missing: {what}{_waiting(one['nodes'])}{_why(one['reason'])}")
    lines += [f"Unknown: {one['node_id']}{_waiting(one['nodes'])}" for one in told["unknown"]]
    if told["unknown"]:
        lines.append(_of_unknown(worker, told))
    if told["needs_restart"]:
        old = f", with the old {', '.join(told['outdated'])}" if told["outdated"] else ""
        lines.append(f"It runs as it was before its packages changed{old}; see: funcnodes worker restart {worker}")
    if told["restorable"]:
        lines.append('What its lock says is not what is installed; "restore" makes it so.')
    if told["why_not"]:
        lines.append(f"{told['why_not'][:1].upper()}{told['why_not'][1:]}.")
    return "\n".join(lines)


def _of_unknown(worker: str, told: dict[str, Any]) -> str:
    if any(one["name"] for one in told["missing"]):
        return "Where these nodes come from is not written down; perhaps one of the missing packages has them."
    return (
        "Where these nodes come from is not written down; install the pack that has them with: "
        f"funcnodes worker packages {worker} add PACKAGE"
    )


def _note(package: dict[str, Any]) -> str:
    notes = ["asked for" if package["asked"] else "", "the server's" if package["from"] == "server" else ""]
    return ", ".join(filter(None, notes))


def _waiting(nodes: int) -> str:
    return f" ({nodes} {'node waits' if nodes == 1 else 'nodes wait'} for it)" if nodes else ""


def _why(reason: str) -> str:
    return f"; it cannot be had: {reason}" if reason else ""


def _found(told: dict[str, Any]) -> str:
    versions = told["versions"]
    more = f" and {len(versions) - SHOWN_VERSIONS} older" if len(versions) > SHOWN_VERSIONS else ""
    head = f"{told['name']} {versions[0]}"
    summary = f": {told['summary']}" if told["summary"] else ""
    python = f" (Python {told['requires_python']})" if told["requires_python"] else ""
    return f"{head}{summary}{python}\n  {', '.join(versions[:SHOWN_VERSIONS])}{more}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
