"""``funcnodes worker packages``, with a server and without, at a terminal and away from one."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from slowuv import SlowUv
from wheels import add_wheel, use_index

PATIENCE = 60.0
COMMAND = [sys.executable, "-c", "import sys; from funcnodes_jupyter.cli.main import main; sys.exit(main())"]


@pytest.fixture(autouse=True)
def index(environment: dict[str, str], tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    for version in ("1.0", "2.0"):
        add_wheel(folder, "bottom", version)
    add_wheel(folder, "top", "1.0", ["bottom"])
    use_index(environment, folder)
    environment["UV_CACHE_DIR"] = str(tmp_path / "uv-cache")
    return folder


@pytest.fixture
def served(serve: Any, free_port: int) -> Any:
    """A server, which the commands find."""
    return serve("--port", str(free_port))


@pytest.fixture
def demo(terminal: Any) -> str:
    """A worker with an environment of its own, which runs; on the server, if there is one."""
    done = terminal("worker", "new", "demo", "--environment", "own", "--detached")
    assert done.returncode == 0, done.stderr
    return "demo"


@pytest.mark.usefixtures("served")
def test_a_life_of_packages(funcnodes: Any, demo: str) -> None:
    assert funcnodes("worker", "packages", demo).stdout == "There are no packages.\n"
    done = funcnodes("worker", "packages", demo, "search", "bottom")
    assert (done.returncode, done.stdout) == (0, "bottom 2.0: All about bottom\n  2.0, 1.0\n")
    # Nobody there to say yes.
    done = funcnodes("worker", "packages", demo, "add", "top", "bottom<2")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "  + bottom 1.0",
        "  + top 1.0",
        "Change the packages of worker demo? [y/N] ",
        "Nothing was changed.",
    ]
    done = funcnodes("worker", "packages", demo, "add", "top", "bottom<2", "--yes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "The packages of worker demo were changed."
    assert "Installing bottom==1.0, top==1.0" in done.stderr.splitlines()
    lines = funcnodes("worker", "packages", demo, "list").stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [["bottom", "1.0", "asked", "for"], ["top", "1.0", "asked", "for"]]
    assert funcnodes("worker", "packages", demo, "upgrade").stdout == "There is nothing to change.\n"
    done = funcnodes("worker", "packages", demo, "add", "bottom", "-y")
    assert "Nothing is installed or removed; what is asked for is written down." in done.stdout
    assert "  ~ bottom 1.0 → 2.0" in funcnodes("worker", "packages", demo, "upgrade", "bottom", "-y").stdout
    done = funcnodes("worker", "packages", demo, "remove", "bottom", "-y")
    assert (done.returncode, done.stderr.count("funcnodes: bottom is needed by top; remove top first")) == (1, 1)
    assert funcnodes("worker", "packages", demo, "remove", "top", "bottom", "-y").returncode == 0
    assert funcnodes("worker", "packages", demo).stdout == "There are no packages.\n"


REFUSED = (
    (["add"], 1, "which package? Give its name after add"),
    (["list", "top"], 1, "list takes no packages"),
    (["search", "nobody"], 1, "the package index has no package 'nobody'"),
    (["add", "top>5", "-y"], 1, "the packages cannot be had in these versions"),
    (["restore", "-y"], 1, "there is nothing to restore"),
    (["nonsense"], 2, "invalid choice"),
)


def test_refusals(funcnodes: Any, demo: str) -> None:
    for words, code, said in REFUSED:
        done = funcnodes("worker", "packages", demo, *words)
        assert (done.returncode, said in done.stderr) == (code, True), (words, done.stderr)
    assert funcnodes("worker", "packages", demo).stdout == "There are no packages.\n"


def slowed(environment: dict[str, str], tmp_path: Path) -> SlowUv:
    """A uv that never ends, for all processes that are started from now on."""
    slow = SlowUv(tmp_path)
    folder = tmp_path / "startup"
    folder.mkdir()
    find = f"lambda: {str(slow.path)!r}"
    (folder / "sitecustomize.py").write_text(
        "import sys\nfrom importlib.util import find_spec\n"
        f"if find_spec('uv'):\n    import uv\n    uv.find_uv_bin = {find}\n"
    )
    environment["PYTHONPATH"] = str(folder)
    return slow


@pytest.mark.parametrize("serving", [True, False])
def test_ctrl_c_undoes_a_change(
    terminal: Any, serve: Any, free_port: int, environment: dict[str, str], tmp_path: Path, serving: bool
) -> None:
    slow = slowed(environment, tmp_path)
    if serving:
        serve("--port", str(free_port))
    assert terminal("worker", "new", "demo", "--environment", "own", "--detached").returncode == 0
    words = ["worker", "packages", "demo", "add", "top", "--yes"]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *words], env=environment, text=True, **pipes) as command:
        slow.installed()
        command.send_signal(signal.SIGINT)
        _, told = command.communicate(timeout=PATIENCE)
    assert command.returncode == 130
    assert "Traceback" not in told
    assert terminal("worker", "packages", "demo").stdout == "There are no packages.\n"
    assert not list((tmp_path / "base" / "workers").glob("*/.venv.before*"))


def test_a_person_is_asked(demo: str, environment: dict[str, str]) -> None:
    answers = ((b"\x03", 130, ""), (b"\n", 1, "Nothing was changed."), (b"y\n", 0, "were changed."))
    for typed, code, said in answers:
        ended, shown = answered(typed, ["worker", "packages", demo, "add", "top"], environment)
        assert (ended, said in shown) == (code, True), (typed, shown)
        assert "  + top 1.0" in shown
        assert "Traceback" not in shown


def answered(typed: bytes, words: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """How a command at a terminal ends, and all that is shown there, when its question is answered with these keys."""
    terminal, theirs = pty.openpty()
    pipes: Any = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen([*COMMAND, *words], env=environment, start_new_session=True, **pipes) as command:
        os.close(theirs)
        shown = b""
        while b"[y/N] " not in shown:
            shown += os.read(terminal, 1024)
        if typed == b"\x03":
            command.send_signal(signal.SIGINT)
        else:
            os.write(terminal, typed)
        while True:
            try:
                piece = os.read(terminal, 1024)
            except OSError:  # it is closed on the other side
                break
            if not piece:
                break
            shown += piece
        code = command.wait(PATIENCE)
    os.close(terminal)
    return code, shown.decode()


def test_without_a_server_its_configuration_counts(funcnodes: Any, demo: str, environment: dict[str, str]) -> None:
    folder = Path(environment["JUPYTER_CONFIG_DIR"])
    folder.mkdir(exist_ok=True)
    (folder / "jupyter_server_config.py").write_text("c.FuncNodesApp.allowed_packages = ['bottom']\n")
    done = funcnodes("worker", "packages", demo, "add", "top", "-y")
    assert done.returncode == 1
    assert "top may not be installed: the server's configuration allows bottom" in done.stderr
    assert funcnodes("worker", "packages", demo, "add", "bottom", "-y").returncode == 0


@pytest.mark.usefixtures("served")
def test_an_import_says_what_is_missing_and_restore_brings_it(funcnodes: Any, demo: str, tmp_path: Path) -> None:
    assert funcnodes("worker", "packages", demo, "add", "top", "bottom<2", "-y").returncode == 0
    archive = str(tmp_path / "demo.fnw")
    assert funcnodes("worker", "export", demo, archive).returncode == 0
    done = funcnodes("worker", "import", archive, "other")
    assert done.stdout.splitlines()[-1] == "It needs bottom==1.0, top==1.0; see: funcnodes worker packages other"
    lines = funcnodes("worker", "packages", "other").stdout.splitlines()
    assert lines == [
        "There are no packages.",
        "Missing: bottom==1.0",
        "Missing: top==1.0",
        'What its lock says is not what is installed; "restore" makes it so.',
    ]
    done = funcnodes("worker", "packages", "other", "restore", "--yes")
    assert done.stdout.splitlines() == ["  + bottom 1.0", "  + top 1.0", "The packages of worker other were changed."]


@pytest.mark.parametrize("serving", [True, False])
def test_what_cannot_be_had_is_named_and_the_rest_is_agreed_to(
    funcnodes: Any, index: Path, tmp_path: Path, request: pytest.FixtureRequest, serving: bool
) -> None:
    if serving:
        request.getfixturevalue("served")
    demo = request.getfixturevalue("demo")
    add_wheel(index, "private", "1.0")
    assert funcnodes("worker", "packages", demo, "add", "private", "top", "-y").returncode == 0
    archive = str(tmp_path / "demo.fnw")
    assert funcnodes("worker", "export", demo, archive).returncode == 0
    assert funcnodes("worker", "import", archive, "other").returncode == 0
    shutil.rmtree(index / "private")

    why = "private was not found in the package registry"
    named = [f"  ! private==1.0 cannot be had: {why}"]
    changes = ["  + bottom 2.0", "  + top 1.0"]
    done = funcnodes("worker", "packages", "other", "restore")
    asked = "Change the packages of worker other, without what cannot be had (1)? [y/N] "
    assert (done.returncode, done.stdout.splitlines()) == (1, [*named, *changes, asked, "Nothing was changed."])
    assert "Not all of it can be had: looking what can" in done.stderr.splitlines()
    assert funcnodes("worker", "packages", "other").stdout.splitlines()[0] == "There are no packages."

    # A script is to know that it is not all.
    done = funcnodes("worker", "packages", "other", "restore", "--yes")
    assert (done.returncode, done.stdout.splitlines()) == (
        1,
        [*named, *changes, "The packages of worker other were changed."],
    )
    lines = funcnodes("worker", "packages", "other").stdout.splitlines()
    assert f"Missing: private==1.0; it cannot be had: {why}" in lines
    done = funcnodes("worker", "packages", "other", "restore", "--yes")
    assert (done.returncode, done.stdout.splitlines()) == (1, [*named, "There is nothing else to change."])


@pytest.mark.usefixtures("served")
def test_a_worker_that_runs_with_the_old_ones_says_so(funcnodes: Any, demo: str, index: Path) -> None:
    for version in ("1.0", "2.0"):
        entry = {f"pack-{version}.dist-info/entry_points.txt": "[funcnodes.module]\nmodule = pack\n"}
        add_wheel(index, "pack", version, more=entry)
    assert funcnodes("worker", "packages", demo, "add", "pack<2", "-y").returncode == 0
    assert funcnodes("worker", "start", demo).returncode == 0
    due = "It runs as it was before its packages changed, with the old pack; see: funcnodes worker restart demo"
    assert due not in funcnodes("worker", "packages", demo).stdout.splitlines()
    done = funcnodes("worker", "packages", demo, "add", "pack", "-y")
    assert done.returncode == 0
    done = funcnodes("worker", "packages", demo, "upgrade", "pack", "-y")
    assert "It sees that after: funcnodes worker restart demo" in done.stdout
    for _ in range(2):
        assert due in funcnodes("worker", "packages", demo).stdout.splitlines()
    assert funcnodes("worker", "restart", demo).returncode == 0
    assert due not in funcnodes("worker", "packages", demo).stdout.splitlines()


def test_nodes_that_nobody_knows_are_told(funcnodes: Any, tmp_path: Path) -> None:
    nodes = [{"id": id, "node_id": "gone.shout", "name": id, "io": {}} for id in "ab"]
    state = {"backend": {"nodes": nodes, "edges": [], "prop": {}, "groups": {}}}
    for name, listed in (("bare", {}), ("listing", {"top": {"package": "top", "version": "1.0"}})):
        with zipfile.ZipFile(tmp_path / f"{name}.fnw", "w") as archive:
            archive.writestr("config", json.dumps({"name": name, "package_dependencies": listed}))
            archive.writestr("state", json.dumps(state))
    done = funcnodes("worker", "import", "bare.fnw")
    hint = "It needs whatever has gone.shout; see: funcnodes worker packages bare"
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, hint)
    lines = funcnodes("worker", "packages", "bare").stdout.splitlines()
    unknown = "Unknown: gone.shout (2 nodes wait for it)"
    assert lines[lines.index(unknown) + 1] == (
        "Where these nodes come from is not written down; install the pack that has them with: "
        "funcnodes worker packages bare add PACKAGE"
    )
    assert funcnodes("worker", "import", "listing.fnw").returncode == 0
    lines = funcnodes("worker", "packages", "listing").stdout.splitlines()
    assert "Missing: top==1.0" in lines
    assert "perhaps one of the missing packages has them" in lines[lines.index(unknown) + 1]
