"""The built bundles of the browser: which files there are, served to those who are logged in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler

from funcnodes_jupyter.manager.files import read_json_or_none
from funcnodes_jupyter.server.access import AUTH_RESOURCE

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Assets:
    """The folder of bundles; ``manifest.json`` there names every file that may leave it."""

    folder: Path

    def manifest(self) -> dict[str, Any] | None:
        """Purpose → file name, as the build wrote it; None when nothing was built."""
        return read_json_or_none(self.folder / MANIFEST)

    def listed(self, name: str) -> bool:
        """Whether ``name`` is the manifest or a file that it names."""
        return name == MANIFEST or name in set(_names(self.manifest()))


def _names(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        content = list(content.values())
    return [name for part in content for name in _names(part)] if isinstance(content, list) else []


class AssetHandler(JupyterHandler, tornado.web.StaticFileHandler):
    """``static/<file>``. Names carry a hash of the content, so browsers keep them for good; not the manifest.

    Unlike Jupyter's own handler of user files this one does not look at the Referer: bundles hold no
    secrets, and pages with a strict referrer policy must be able to load them.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, assets: Assets) -> None:  # type: ignore[override]
        """Take what the route gives."""
        super().initialize(path=str(assets.folder))
        self.assets = assets

    @tornado.web.authenticated
    @authorized
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Give a listed file."""
        if not self.assets.listed(path):
            raise tornado.web.HTTPError(404)
        await super().get(path, include_body)

    @tornado.web.authenticated
    @authorized
    async def head(self, path: str) -> None:  # type: ignore[override]
        """Give a listed file's headers."""
        await super().head(path)

    def set_extra_headers(self, path: str) -> None:
        """Say how long browsers may keep the file."""
        keep = "no-cache" if path == MANIFEST else "private, max-age=31536000, immutable"
        self.set_header("Cache-Control", keep)
