"""A package index over HTTP that never gives some of its packages: whoever installs one of these waits in the middle."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from wheels import add_wheel


class HeldIndex:
    """An index of the wheels in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._over = threading.Event()
        self._asked = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self, directory=str(folder)))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def hold(self, name: str, version: str) -> None:
        """Add a package that can be planned with, for its metadata is told (PEP 658), and that never arrives."""
        add_wheel(self.folder, name, version)
        wheel = f"{name}-{version}-py3-none-any.whl"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (self.folder / name / f"{wheel}.metadata").write_text(metadata, encoding="utf-8")
        (self.folder / name / f"{wheel}.held").touch()
        link = f'<a href="{wheel}" data-core-metadata="true" data-dist-info-metadata="true">{wheel}</a>'
        (self.folder / name / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")

    def wait_until_asked(self, seconds: float) -> None:
        """Return when somebody waits for such a package."""
        assert self._asked.wait(seconds), "nobody asked for what is held back"

    def hold_back(self) -> None:
        """Called by whoever is asked: does not return before the end."""
        self._asked.set()
        self._over.wait()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, index: HeldIndex, *args: Any, **kwargs: Any) -> None:
        self.index = index
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if Path(f"{self.translate_path(self.path)}.held").exists():
            self.index.hold_back()
            return
        super().do_GET()

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""
