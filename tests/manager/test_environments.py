"""Workers with a Python environment of their own: real environments, real workers, and no network."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from driving import client_of
from slowpython import SlowPython
from wheels import add_wheel, use_index

import funcnodes_jupyter
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.manager.environmentbuild import UnusableEnvironmentError, interpreter_facts
from funcnodes_jupyter.manager.environments import EnvironmentNews, Environments
from funcnodes_jupyter.manager.environmenttools import Tools, find_uv
from funcnodes_jupyter.manager.errors import (
    BusyRecordError,
    EnvironmentCancelledError,
    EnvironmentFailedError,
    InvalidWorkerError,
    NoEnvironmentMakingError,
    WorkerNotFoundError,
)
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.manager.record import WorkerRecord
from funcnodes_jupyter.manager.settings import WorkerSettings
from funcnodes_jupyter.wire.messages import NodespaceEvents

OURS = os.path.realpath(funcnodes_jupyter.__path__[0])

IMPORT_ALL = """
import importlib, importlib.util, json, pkgutil
for floor in ("core", "nodes", "wire", "convert", "worker"):
    package = importlib.import_module(f"funcnodes_jupyter.{floor}")
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
names = ("msgspec", "regex", "tornado", "jupyter_server", "ipywidgets", "IPython", "pytest", "traitlets", "psutil")
print(json.dumps([name for name in names if importlib.util.find_spec(name)]))
"""


@pytest.fixture(autouse=True)
def no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks an index gets no answer, and nobody's cache helps."""
    for key in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(key, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for key in [key for key in os.environ if key in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS")]:
        monkeypatch.delenv(key)


@pytest.fixture
def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)


@pytest.fixture
def broken_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A binary that fails half-way."""
    script = tmp_path / "uv"
    script.write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "$last/half"\necho "uv is broken"\nexit 2\n')
    script.chmod(0o755)
    monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: str(script))


@pytest.fixture
def slow(tmp_path: Path) -> SlowPython:
    return SlowPython(tmp_path)


def environment_of(manager: WorkerManager, uuid: str) -> Environment:
    return Environment(manager.base.worker(uuid).environment)


def asked(environment: Environment, code: str, *arguments: str) -> Any:
    """What a program prints as JSON, run by the environment's Python as a person would."""
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [environment.python, "-c", code, *arguments],
        env=variables,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


async def called(manager: WorkerManager, uuid: str, function: str, **inputs: Any) -> Any:
    """What a function gives that is called in the graph of a running worker."""
    async with client_of(await manager.roster.connection(uuid)) as client:
        await client.follow()
        updates = client.updates()
        node = {"node_id": f"py:{function}", "uuid": "n", "inputs": inputs}
        await client.command("add_callable", node)
        if not inputs:
            await client.command("trigger_node", {"uuid": "n"})
        async for update in updates:
            events = update.events if isinstance(update, NodespaceEvents) else []
            tags = [event.__struct_config__.tag for event in events]
            assert "node_error" not in tags, events
            if "node_done" in tags:
                value = await client.command("get_io_full_value", {"node": "n", "io": "out"})
                await client.command("remove_node", {"uuid": "n"})
                return value
    raise AssertionError("the worker ended")


def workers_files(base: BaseFolder) -> list[str]:
    return sorted(path.name for path in base.workers.iterdir() if path.name != "names.lock")


# --- kinds ------------------------------------------------------------------------------------------


async def test_an_environment_of_its_own_holds_what_workers_need_and_nothing_else(hosting: Any) -> None:
    async with hosting() as manager:
        lines: list[str] = []
        made = await manager.create("demo", environment="own", told=lines.append)
        assert (made.state, made.environment, made.preparing) == ("stopped", "own", False)
        assert lines[0] == "Making an environment"
        environment = environment_of(manager, made.uuid)
        assert asked(environment, IMPORT_ALL) == ["msgspec", "regex", "tornado"]
        worker = await manager.start(made.uuid)
        assert psutil.Process(worker.pid).cmdline()[0] == str(environment.python)
        assert await called(manager, worker.uuid, "importlib.util.find_spec", name="pytest") is None
        # What runs here is what runs there, whichever way it is installed.
        where = "import funcnodes_jupyter, json, os; print(json.dumps(os.path.realpath(funcnodes_jupyter.__path__[0])))"
        assert asked(environment, where) == OURS
        version = "import importlib.metadata as m, json; print(json.dumps(m.version('funcnodes_jupyter')))"
        assert asked(environment, version) == funcnodes_jupyter.__version__


async def test_the_servers_packages_can_stand_behind_its_own(hosting: Any, tmp_path: Path) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="shared")
        environment = environment_of(manager, worker.uuid)
        assert {"msgspec", "tornado", "pytest", "IPython"} <= set(asked(environment, IMPORT_ALL))
        (environment.site_packages / "pytest.py").write_text("def version():\n    return 'its own'\n")
        await manager.start(worker.uuid)
        assert await called(manager, worker.uuid, "pytest.version") == "its own"
        assert await called(manager, worker.uuid, "importlib.metadata.version", distribution_name="hypothesis")


async def test_a_worker_in_the_servers_environment_has_none(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.open("demo")
        assert worker.environment == "server"
        assert psutil.Process(worker.pid).cmdline()[0] == sys.executable
        assert not environment_of(manager, worker.uuid).root.exists()
        with pytest.raises(NoEnvironmentMakingError):
            await manager.cancel_environment(worker.uuid)


async def test_what_nodes_start_is_of_the_environment_too(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        await manager.start(worker.uuid)
        root = environment_of(manager, worker.uuid).root
        assert await called(manager, worker.uuid, "shutil.which", cmd="python") == str(root / "bin" / "python")
        assert await called(manager, worker.uuid, "os.getenv", key="VIRTUAL_ENV") == str(root)


@pytest.mark.usefixtures("without_uv")
async def test_without_uv_python_makes_it_itself(hosting: Any) -> None:
    async with hosting() as manager:
        lines: list[str] = []
        worker = await manager.create("demo", environment="own", told=lines.append)
        assert any(line.endswith("-m venv") for line in lines)
        assert (await manager.start(worker.uuid)).state == "running"


@pytest.mark.usefixtures("broken_uv")
async def test_when_uv_fails_python_makes_it_itself(hosting: Any) -> None:
    async with hosting() as manager:
        lines: list[str] = []
        worker = await manager.create("demo", environment="own", told=lines.append)
        assert lines[1:3] == ["uv is broken", "uv could not do it: venv and pip are tried instead."]
        assert not (environment_of(manager, worker.uuid).root / "half").exists()
        assert (await manager.start(worker.uuid)).state == "running"


# --- packages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["uv", "pip"])
async def test_two_workers_with_two_versions_of_one_package(hosting: Any, tmp_path: Path, tool: str) -> None:
    """They come from the index that is set for pip, whoever installs."""
    for version in ("1.0", "2.0"):
        add_wheel(tmp_path / "index", "sidepack", version)
    environ = dict(os.environ)
    use_index(environ, tmp_path / "index")
    async with hosting() as manager:
        tools = Tools(manager.base.workers, find_uv() if tool == "uv" else None, environ)
        workers = [await manager.create(name, environment="own") for name in ("old", "new")]
        for worker, version in zip(workers, ("1.0", "2.0"), strict=True):
            lines: list[str] = []
            await tools.install(environment_of(manager, worker.uuid), [f"sidepack=={version}"], lines.append)
            assert any("sidepack" in line and version in line for line in lines)
            await manager.start(worker.uuid)
        found = [await called(manager, worker.uuid, "sidepack.version") for worker in workers]
        assert found == ["1.0", "2.0"]


@pytest.mark.parametrize("tool", ["uv", "pip"])
async def test_packages_that_cannot_be_had_leave_nothing_behind(
    base: BaseFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    if tool == "pip":
        monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)
    add_wheel(tmp_path / "index", "sidepack", "1.0")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    environments, news = Environments(base, nothing), []
    environments.subscribe(news.append)
    record = WorkerRecord.from_json({**WorkerRecord.new("demo", tmp_path).to_json(), "environment": "own"})
    base.worker(record.uuid).folder.mkdir()
    with pytest.raises(EnvironmentFailedError) as caught:
        await environments.ready(record, ["sidepack>5"])
    assert "the packages cannot be had in these versions; ask for others" in str(caught.value)
    assert "sidepack>5" in caught.value.output
    assert list(base.worker(record.uuid).folder.iterdir()) == []
    assert [one.stage for one in news if one.stage != "making"] == ["failed"]
    assert (news[-1].uuid, news[-1].line) == (record.uuid, str(caught.value))


@pytest.mark.parametrize("tool", ["uv", "pip"])
async def test_whoever_is_offline_is_told_so(
    base: BaseFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    if tool == "pip":
        monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)
    record = WorkerRecord.from_json({**WorkerRecord.new("demo", tmp_path).to_json(), "environment": "own"})
    base.worker(record.uuid).folder.mkdir()
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    with pytest.raises(EnvironmentFailedError, match="no package index can be reached: this machine is offline"):
        await Environments(base, nothing).ready(record, ["sidepack"])
    assert list(base.worker(record.uuid).folder.iterdir()) == []


async def nothing() -> None:
    """Nobody looks at the list of workers here."""


# --- other Pythons ----------------------------------------------------------------------------------


def other_python() -> str | None:
    """An interpreter of another version that workers run on."""
    versions = [f"3.{minor}" for minor in range(10, 15) if minor != sys.version_info.minor]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [*(shutil.which(f"python{version}") for version in versions)]
    found += [str(path) for version in versions for path in pyenv.glob(f"{version}.*/bin/python")]
    for python in filter(None, found):
        if subprocess.run([python, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
            return python
    return None


async def test_a_worker_of_another_python_works_where_an_index_has_what_it_needs(
    hosting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (python := other_python()) is None:
        pytest.skip("needs a second Python, 3.10 or newer, on the PATH or of pyenv")
    async with hosting() as manager:
        with pytest.raises(EnvironmentFailedError, match="this machine is offline"):
            await manager.create("offline", environment="own", python=python)
        with pytest.raises(EnvironmentFailedError, match="cannot use the server's packages, which are for Python"):
            await manager.create("mixed", environment="shared", python=python)
        assert workers_files(manager.base) == []
        monkeypatch.undo()
        monkeypatch.setenv("FUNCNODES_CONFIG_DIR", str(manager.base.path))
        worker = await manager.create("other", environment="own", python=python)
        await manager.start(worker.uuid)
        version = await called(manager, worker.uuid, "platform.python_version")
        assert version.rpartition(".")[0] != "{}.{}".format(*sys.version_info)
        # It is not asked for again.
        lines: list[str] = []
        await manager.restart(worker.uuid, lines.append)
        assert lines == []


@pytest.mark.parametrize("python", ["3.99", "/nowhere/python"])
async def test_a_python_that_is_not_there(hosting: Any, python: str) -> None:
    async with hosting() as manager:
        with pytest.raises(EnvironmentFailedError, match="there is no such Python here; install it") as caught:
            await manager.create("demo", environment="own", python=python)
        assert python in caught.value.output
        assert workers_files(manager.base) == []


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ('["3.9.18", "cpython-39-x86_64-linux-gnu"]', "Python 3.9.18 is too old: workers need 3.10 or newer"),
        ("hello", "its Python does not say which version it is, but 'hello'"),
    ],
)
async def test_a_python_on_which_workers_do_not_run(tmp_path: Path, says: str, why: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{says}'\n")
    python.chmod(0o755)
    with pytest.raises(UnusableEnvironmentError) as caught:
        await interpreter_facts(python, Tools(tmp_path, None))
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("asked_for", "why"),
    [
        ({"python": "3.12"}, "has the server's Python"),
        ({"environment": "conda"}, "one of server, own, shared, not 'conda'"),
        ({"environment": "own", "python": "--system"}, "a version, such as 3.12"),
    ],
)
async def test_environments_that_cannot_be_asked_for(hosting: Any, asked_for: dict[str, str], why: str) -> None:
    async with hosting() as manager:
        with pytest.raises(InvalidWorkerError, match=why):
            await manager.create("demo", **asked_for)
        assert await manager.list() == ()


async def test_an_interpreter_that_is_gone_takes_no_packages_along(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        environment = environment_of(manager, worker.uuid)
        (environment.site_packages / "precious.py").write_text("")
        environment.python.unlink()
        with pytest.raises(
            EnvironmentFailedError, match=r"the Python .* is gone; install it again, or remove .*\.venv"
        ):
            await manager.start(worker.uuid)
        assert (environment.site_packages / "precious.py").exists()


# --- life -------------------------------------------------------------------------------------------


async def test_what_is_half_made_is_made_anew_and_what_moved_is_found_again(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        environment = environment_of(manager, worker.uuid)
        packages = environment.site_packages
        (packages / "kept.py").write_text("def version():\n    return 'kept'\n")
        # Another version of this package has made it, from elsewhere.
        link = next(environment.root.glob("share/*/funcnodes_jupyter"))
        link.unlink()
        link.symlink_to("/nowhere")
        (packages / "zz_funcnodes_jupyter.pth").write_text("/nowhere\n")
        info = next(packages.glob("funcnodes_jupyter-*.dist-info"))
        info.rename(packages / "funcnodes_jupyter-0.0.1.dist-info")
        await manager.start(worker.uuid)
        assert await called(manager, worker.uuid, "kept.version") == "kept"
        assert [path.name for path in packages.glob("funcnodes_jupyter-*")] == [info.name]
        await manager.stop(worker.uuid)
        (environment.root / "funcnodes.json").unlink()  # as if the server had been killed
        await manager.start(worker.uuid)
        assert not (packages / "kept.py").exists()


async def test_a_copy_makes_its_own_and_delete_removes_it(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        (environment_of(manager, worker.uuid).site_packages / "kept.py").write_text("")
        copy = await manager.duplicate(worker.uuid)
        assert copy.environment == "own"
        environment = environment_of(manager, copy.uuid)
        assert not environment.root.exists()
        lines: list[str] = []
        await manager.start(copy.uuid, lines.append)
        assert lines[0] == "Making an environment"
        assert not (environment.site_packages / "kept.py").exists()
        where = Path(await manager.delete(copy.uuid))
        assert not environment.root.exists()
        assert (where / f"worker_{copy.uuid}.json").exists()
        assert not (where / ".venv").exists()
        assert not [name for name in workers_files(manager.base) if copy.uuid in name]
        assert environment_of(manager, worker.uuid).facts() is not None


async def test_a_worker_that_is_killed_comes_back_in_its_environment(hosting: Any, until: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="own")
        before = await manager.start(worker.uuid)
        os.kill(before.pid, signal.SIGKILL)
        back = await until(manager, lambda all: all[0].state == "running" and all[0].pid != before.pid)
        assert psutil.Process(back[0].pid).cmdline()[0] == str(environment_of(manager, worker.uuid).python)
        await manager.delete(worker.uuid)
        assert workers_files(manager.base) == []


async def test_the_kind_can_be_changed_and_holds_from_the_next_start_on(hosting: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo", environment="shared")
        for kind, visible in (("own", False), ("shared", True)):
            await manager.configure(worker.uuid, None, WorkerSettings(environment=kind))
            await manager.start(worker.uuid)
            spec = asked(environment_of(manager, worker.uuid), IMPORT_ALL)
            assert ("pytest" in spec, {"msgspec", "tornado"} <= set(spec)) == (visible, True)
            await manager.stop(worker.uuid)


# --- cancelled --------------------------------------------------------------------------------------


Making = tuple[asyncio.Task[Any], list[EnvironmentNews], int]


async def making(manager: WorkerManager, slow: SlowPython) -> Making:
    """A worker whose environment is being made, the news of it, and the pid of what is waited for."""
    news: list[EnvironmentNews] = []
    manager.subscribe_environments(news.append)
    task = asyncio.create_task(manager.create("demo", environment="own", python=str(slow.path)))
    pid = await asyncio.to_thread(slow.began)
    (worker,) = await manager.list()
    assert (worker.name, worker.state, worker.preparing) == ("demo", "stopped", True)
    return task, news, pid


@pytest.mark.parametrize("tool", ["uv", "venv"])
@pytest.mark.parametrize("how", ["cancel", "delete", "caller", "close"])
async def test_cancelled_nothing_is_left(
    hosting: Any, slow: SlowPython, gone: Any, monkeypatch: pytest.MonkeyPatch, tool: str, how: str
) -> None:
    if tool == "venv":
        monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)
    async with hosting() as manager:
        task, news, pid = await making(manager, slow)
        uuid = news[0].uuid
        if how == "cancel":
            assert await manager.cancel_environment(uuid) is None
        elif how == "delete":
            with pytest.raises(WorkerNotFoundError):
                await manager.delete(uuid)
        elif how == "close":
            await manager.close()
        else:
            task.cancel()
        with pytest.raises(asyncio.CancelledError if how == "caller" else EnvironmentCancelledError):
            await task
        gone(pid)
        assert workers_files(manager.base) == []
        if how != "close":
            assert news[-1].stage == "cancelled"
            assert await manager.list() == ()
            # Its name is free again.
            assert (await manager.create("demo")).environment == "server"


async def test_a_start_that_makes_one_can_be_given_up(hosting: Any, slow: SlowPython, until: Any, gone: Any) -> None:
    async with hosting() as manager:
        worker = await manager.create("demo")
        record = manager.base.worker(worker.uuid).record
        record.write_text(
            json.dumps({**json.loads(record.read_text()), "environment": "own", "python": str(slow.path)})
        )
        for give_up in (manager.cancel_environment, manager.stop):
            start = asyncio.create_task(manager.start(worker.uuid))
            pid = await asyncio.to_thread(slow.began)
            await until(manager, lambda workers: workers[0].preparing)
            given_up = await give_up(worker.uuid)
            assert (given_up.state, given_up.preparing) == ("stopped", False)
            with pytest.raises(EnvironmentCancelledError):
                await start
            assert not environment_of(manager, worker.uuid).root.exists()
            gone(pid)


async def test_another_process_that_makes_it_is_not_disturbed(hosting: Any, slow: SlowPython) -> None:
    async with hosting() as manager, hosting() as other:
        task, news, _ = await making(manager, slow)
        with pytest.raises(
            BusyRecordError, match="another process is just starting, stopping or preparing worker 'demo'"
        ):
            await other.start(news[0].uuid)
        assert not task.done()
        await manager.cancel_environment(news[0].uuid)
        with pytest.raises(EnvironmentCancelledError):
            await task


HOST = """
import asyncio, sys
from pathlib import Path
from funcnodes_jupyter.manager.base import BaseFolder
from funcnodes_jupyter.manager.manager import WorkerManager
manager = WorkerManager(BaseFolder.at(Path(sys.argv[1])))
asyncio.run(manager.create("demo", environment="own", python=sys.argv[2]))
"""


@pytest.fixture
def orphan(base: BaseFolder, slow: SlowPython, gone: Any) -> Iterator[Callable[[], None]]:
    """The tools of a server that was killed while it made an environment go on until this is called."""
    with subprocess.Popen([sys.executable, "-c", HOST, str(base.path), str(slow.path)]) as host:
        pid = slow.began()
        host.kill()
    leader = os.getpgid(pid)

    def end() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)
        gone(leader)
        gone(pid)
        # A process counts as ended a moment before the last of its threads lets go of what it held.
        for lock in base.workers.glob("*.environment.lock"):
            with lock.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX)

    yield end
    end()


async def test_the_tools_of_a_server_that_was_killed_are_not_disturbed_either(
    hosting: Any, orphan: Callable[[], None], base: BaseFolder
) -> None:
    async with hosting() as manager:
        (worker,) = await manager.list()
        with pytest.raises(BusyRecordError):
            await manager.start(worker.uuid)
        orphan()
        record = base.worker(worker.uuid).record
        record.write_text(json.dumps({**json.loads(record.read_text()), "python": ""}))
        assert (await manager.start(worker.uuid)).state == "running"
