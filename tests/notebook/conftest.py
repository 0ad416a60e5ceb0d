from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from funcnodes_jupyter.notebook.flow import Flow
from funcnodes_jupyter.notebook.remote import Remote

OpenFlow = Callable[..., Flow]


@pytest.fixture(scope="module")
def base_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base folder of this module's own: its tests share a worker, and clear it."""
    return tmp_path_factory.mktemp("base").resolve()


@pytest.fixture(scope="module", autouse=True)
def private_machine(base_dir: Path) -> Iterator[None]:
    """No Jupyter server and no base folder of the person who runs the tests is touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(base_dir / "runtime"))
        patch.setenv("FUNCNODES_CONFIG_DIR", str(base_dir))
        patch.setenv("XDG_DATA_HOME", str(base_dir / "data"))  # where the trash is
        patch.delenv("JPY_PARENT_PID", raising=False)
        yield


@pytest.fixture(scope="module")
def shared_flow(base_dir: Path) -> Iterator[Flow]:
    flow = Flow(Remote("shared", base_dir, str(base_dir)))
    yield flow
    flow.close()


@pytest.fixture
def flow(shared_flow: Flow) -> Flow:
    """An empty flow."""
    shared_flow.cancel()
    shared_flow.wait(30)
    shared_flow._remote.command("clear", {})
    shared_flow.timeout = 60.0
    return shared_flow


@pytest.fixture
def open_flow(base_dir: Path) -> Iterator[OpenFlow]:
    """Opens flows of any name, which are closed at the end."""
    opened: list[Flow] = []

    def open_one(name: str) -> Flow:
        opened.append(Flow(Remote(name, base_dir, str(base_dir))))
        return opened[-1]

    yield open_one
    for flow in reversed(opened):
        flow.close()


@pytest.fixture
def no_worker_left(base_dir: Path) -> Iterator[None]:
    """Fails when a worker of this base folder outlives the test."""
    yield
    left = [process for process in psutil.process_iter(["cmdline"]) if str(base_dir) in (process.info["cmdline"] or [])]
    _, alive = psutil.wait_procs(left, timeout=20)
    assert not alive
