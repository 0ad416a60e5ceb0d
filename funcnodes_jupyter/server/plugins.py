"""Code of node packs for the browser. The editor asks a person first, and looks at its hash again before it runs it."""

from __future__ import annotations

import tornado.web
from jupyter_server.auth.decorator import authorized

from funcnodes_jupyter.manager.plugins import plugin_of
from funcnodes_jupyter.server.files import DOWNLOAD_TYPE, set_download_headers
from funcnodes_jupyter.server.handlers import WorkerApiHandler


class PluginHandler(WorkerApiHandler):
    """``workers/<uuid>/plugin/<module>/<sha256>.js``.

    As no script by its headers: a page that was made to name this address as one would not run it.
    """

    @tornado.web.authenticated
    @authorized
    async def get(self, uuid: str, module: str, sha256: str) -> None:
        """Give the code, if it still has that hash."""
        with self.refusing():
            code = await plugin_of(self.manager, uuid, module, sha256)
            set_download_headers(self, f"{module}.js")
            self.set_header("Cache-Control", "private, max-age=31536000, immutable")
            self.finish(code, set_content_type=DOWNLOAD_TYPE)
