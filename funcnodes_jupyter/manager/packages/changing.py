"""Carries a plan out: all of it, or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentlock import environment_held
from funcnodes_jupyter.manager.errors import StorageError
from funcnodes_jupyter.manager.packages.errors import NotUndoneError, ResolverRefusedError
from funcnodes_jupyter.manager.packages.installed import VisiblePackages
from funcnodes_jupyter.manager.packages.installers import Installers, UvFailedError, after
from funcnodes_jupyter.manager.packages.locking import project_of
from funcnodes_jupyter.manager.packages.plans import Plan
from funcnodes_jupyter.manager.packages.project import Project
from funcnodes_jupyter.manager.packages.snapshot import Snapshot
from funcnodes_jupyter.manager.threadstep import past_recall, to_its_end
from funcnodes_jupyter.manager.toolrun import Told


def put_back_half_done(paths: WorkerPaths, name: str) -> bool:
    """Undo a change whose process was killed; False when there is none. Blocking.

    Raises:
        BusyRecordError: it is just being made.
        OSError: it cannot be undone.
    """
    snapshot = Snapshot(paths)
    if not snapshot.exists:
        return False
    with environment_held(paths, name):
        if snapshot.exists:
            snapshot.put_back()
    return True


async def carry_out(plan: Plan, paths: WorkerPaths, installers: Installers, told: Told, *, shared: bool) -> None:
    """Change the environment, which is held, as planned, and write down what it holds then.

    Whatever ends this early, a cancel included, leaves all as it was.

    Raises:
        ToolFailedError, ResolverRefusedError, OSError: it cannot be done.
        NotUndoneError: nor can that be undone just now.
    """
    environment, snapshot = Environment(paths.environment), Snapshot(paths)
    try:
        await to_its_end(snapshot.take)
        before = await asyncio.to_thread(VisiblePackages.within, environment, shared=shared)
        try:
            await _install(plan, environment, installers, told)
        except UvFailedError as error:
            told("uv could not do it: pip is tried instead, from the beginning.")
            # What uv half did pip would take for done.
            await to_its_end(snapshot.put_back)
            await to_its_end(snapshot.take)
            with after(error):
                await _install(plan, environment, replace(installers, uv=None), told)
        now = await asyncio.to_thread(VisiblePackages.within, environment, shared=shared)
        _check(plan, before, now)
    except BaseException:
        await to_its_end(_undo, snapshot)
        raise
    await past_recall(_keep, snapshot, project_of(plan.asked, now, plan.due), paths)


def _undo(snapshot: Snapshot) -> None:
    try:
        snapshot.put_back()
    except OSError as error:
        raise NotUndoneError(str(StorageError.of(error))) from error


def _keep(snapshot: Snapshot, project: Project, paths: WorkerPaths) -> None:
    """From here on the change counts."""
    try:
        project.write(paths.folder)
    except BaseException:
        _undo(snapshot)
        raise
    snapshot.forget()


async def _install(plan: Plan, environment: Environment, installers: Installers, told: Told) -> None:
    if gone := [change.name for change in plan.changes if change.after is None]:
        told(f"Removing {', '.join(gone)}")
        await installers.uninstall(environment, gone, told)
    if coming := [f"{change.name}=={change.after}" for change in plan.changes if change.after is not None]:
        told(f"Installing {', '.join(coming)}")
        await installers.install_exactly(environment, coming, told)


def _check(plan: Plan, before: VisiblePackages, now: VisiblePackages) -> None:
    """Raise :class:`ResolverRefusedError` when the environment is not as planned, or does not fit together."""
    own = {name: package.version for name, package in now.own.items()}
    if wrong := [change.name for change in plan.changes if own.get(change.name) != change.after]:
        raise ResolverRefusedError("the installer did not do what it was told", f"not as planned: {', '.join(wrong)}")
    if unmet := now.unmet() - before.unmet():
        raise ResolverRefusedError("the packages would not fit together", "\n".join(sorted(unmet)))
