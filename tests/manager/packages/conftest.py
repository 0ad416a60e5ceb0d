"""A package index in a folder, in which alone packages are looked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from slowuv import SlowUv
from wheels import add_wheel, use_index


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """``top`` needs ``middle``, and that ``bottom``; there are two versions of each."""
    folder = tmp_path / "index"
    for version in ("1.0", "2.0"):
        add_wheel(folder, "bottom", version)
        add_wheel(folder, "middle", version, ["bottom"])
        add_wheel(folder, "top", version, [f"middle=={version}"])
    add_wheel(folder, "other", "1.0", ["bottom<2"])
    add_wheel(folder, "needs_ours", "1.0", ["funcnodes_jupyter"])
    add_wheel(folder, "needs_later", "1.0", ["funcnodes_jupyter>=9"])
    add_wheel(folder, "funcnodes_jupyter", "9.0")
    # It cannot be installed: where it wants a folder there is a file. What came before it is there by then.
    add_wheel(folder, "broken", "1.0", ["bottom"], more={"{data}/pyvenv.cfg/file": "no folder"})
    return folder


@pytest.fixture(autouse=True)
def no_network(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is this index alone, and nobody's cache helps."""
    environ = dict(os.environ)
    use_index(environ, index)
    for key in [key for key in os.environ if key not in environ]:
        monkeypatch.delenv(key)
    for key, value in environ.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip-cache"))


@pytest.fixture(params=["uv", "pip"])
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who installs."""
    if request.param == "pip":
        monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: None)
    return str(request.param)


@pytest.fixture
def slow_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowUv]:
    slow = SlowUv(tmp_path)
    monkeypatch.setattr("funcnodes_jupyter.manager.environmenttools.find_uv", lambda: str(slow.path))
    return slow
