"""What package indexes have of a package, asked for in a folder and over HTTP."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from wheels import add_wheel, use_index

from funcnodes_jupyter.manager.packages.errors import (
    IndexUnreachableError,
    InvalidRequirementError,
    PackageNotFoundError,
)
from funcnodes_jupyter.manager.packages.policy import PackagePolicy

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"


class Index:
    """An index that speaks JSON (PEP 691), and wants to know who asks; ``asked`` is all that came."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.pages: dict[str, tuple[str, bytes]] = {}
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                who = self.headers.get("Authorization", "")
                index.asked.append((self.path, who))
                kind, page = index.pages.get(self.path, ("", b""))
                if kind == "redirect":
                    self.send_response(302)
                    self.send_header("Location", page.decode())
                else:
                    self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *arguments: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def has(self, path: str, *files: dict[str, Any]) -> None:
        self.pages[path] = (SIMPLE_JSON, json.dumps({"files": list(files)}).encode())


@pytest.fixture
def index() -> Iterator[Index]:
    running = Index()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = dict(os.environ)
    use_index(environ, tmp_path / "index")
    for key in [key for key in os.environ if key not in environ or key.lower().endswith("_proxy")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", environ["PIP_INDEX_URL"])


async def test_folders_with_pages_and_without(hosting: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("1.0", "1.10", "1.9", "2.0rc1"):
        add_wheel(tmp_path / "index", "pack", version)
    add_wheel(tmp_path / "links", "pack", "3.0")
    add_wheel(tmp_path / "links", "pack_more", "9.0")
    async with hosting() as manager:
        assert await manager.packages.lookup("Pack") == {
            "name": "pack",
            "versions": ["1.10", "1.9", "1.0", "2.0rc1"],
            "summary": "All about pack",
            "requires_python": "",
        }
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "links" / "pack"))
        assert (await manager.packages.lookup("pack"))["versions"][0] == "3.0"
        with pytest.raises(PackageNotFoundError, match="the package index has no package 'pack-more'"):
            await manager.packages.lookup("pack-more")
        for name in ("", "-x", "../pack", "pack @ file:///x", "pack-1.0.tar.gz", "x" * 5000):
            with pytest.raises(InvalidRequirementError):
                await manager.packages.lookup(name)


async def test_an_index_that_speaks_json(hosting: Any, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = "/files/pack-2.0-py3-none-any.whl"
    index.has(
        "/simple/pack/",
        {"filename": "pack-1.0.tar.gz", "url": "/files/pack-1.0.tar.gz"},
        {"filename": wheel[7:], "url": wheel, "core-metadata": True, "requires-python": ">=3.10"},
        {"filename": "pack-3.0-py3-none-any.whl", "url": "x", "yanked": "it was broken"},
        {"filename": "pack-4.0.exe", "url": "x"},
        {"filename": "packer-5.0-py3-none-any.whl", "url": "x"},
    )
    index.pages[f"{wheel}.metadata"] = (
        "text/plain",
        b"Metadata-Version: 2.1\nName: pack\nSummary: What it\n does\n\nLong",
    )
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple/")
    async with hosting() as manager:
        expected = {"name": "pack", "versions": ["2.0", "1.0"], "summary": "What it does", "requires_python": ">=3.10"}
        assert await manager.packages.lookup("pack") == expected
        with pytest.raises(PackageNotFoundError):
            await manager.packages.lookup("other")
        index.pages["/simple/nonsense/"] = (SIMPLE_JSON, b"[]")
        with pytest.raises(IndexUnreachableError):
            await manager.packages.lookup("nonsense")


async def test_passwords_go_where_they_belong(hosting: Any, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Index()
    elsewhere.has("/simple/pack/", {"filename": "pack-1.0.tar.gz", "url": "pack-1.0.tar.gz"})
    index.pages["/simple/pack/"] = ("redirect", f"{elsewhere.url}/simple/pack/".encode())
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url.replace('//', '//some:se%20cret@')}/simple")
    async with hosting() as manager:
        assert (await manager.packages.lookup("pack"))["versions"] == ["1.0"]
    basic = f"Basic {base64.b64encode(b'some:se cret').decode()}"
    assert index.asked == [("/simple/pack/", basic)]
    assert elsewhere.asked == [("/simple/pack/", "")]
    elsewhere.server.shutdown()
    elsewhere.server.server_close()


async def test_nobody_answers(hosting: Any, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index.server.shutdown()
    index.server.server_close()
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.url.replace('//', '//some:secret@')}/simple")
    async with hosting() as manager:
        with pytest.raises(IndexUnreachableError, match="this machine is offline, or its proxy or") as caught:
            await manager.packages.lookup("pack")
        assert "secret" not in str(caught.value)
        # Nor does a folder in which nobody may look, or can.
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / ("long" * 100)))
        with pytest.raises(IndexUnreachableError):
            await manager.packages.lookup("pack")
        # Another one that answers does.
        add_wheel(tmp_path / "more", "pack", "1.0")
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", (tmp_path / "more").as_uri())
        assert (await manager.packages.lookup("pack"))["versions"] == ["1.0"]


async def test_settings_that_change_are_seen(hosting: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip is not asked each time, but whenever it may say something else."""
    settings = tmp_path / "pip.conf"
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    async with hosting() as manager:
        for version in ("1.0", "22.0"):
            add_wheel(tmp_path / version, "pack", version)
            settings.write_text(f"[global]\nindex-url = {(tmp_path / version).as_uri()}\n")
            assert (await manager.packages.lookup("pack"))["versions"] == [version]


def test_names_of_a_policy_are_patterns() -> None:
    policy = PackagePolicy(allowed=("NumPy", "funcnodes_*"))
    policy.check(["numpy", "Funcnodes.Extra"])
    for name in ("numpy-financial", "funcnodes", "pandas"):
        with pytest.raises(Exception, match=f"{name} may not be installed"):
            policy.check(["numpy", name])
    with pytest.raises(Exception, match="allows nothing"):
        PackagePolicy(allowed=()).check(["numpy"])
