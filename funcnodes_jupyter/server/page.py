"""The editor's page for browsers without JupyterLab."""

from __future__ import annotations

import html
import json
from importlib.resources import files
from string import Template
from typing import Any

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join

from funcnodes_jupyter import __version__
from funcnodes_jupyter.server.access import AUTH_RESOURCE
from funcnodes_jupyter.server.assets import Assets

FAVICON = "favicon.svg"


class PageHandler(JupyterHandler):
    """``funcnodes/``: a frame that loads the bundles; nothing of the graph stands in it."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, assets: Assets) -> None:
        """Take what the route gives."""
        self.assets = assets

    @property
    def content_security_policy(self) -> str:
        """Scripts come from this server only, and none stands in the page.

        Of ``blob:`` are those of node packs: what was fetched, and is what a person allowed. Only a script that
        runs already can make a blob.

        Styles may stand in elements: previews of users' values, shown in sandboxed frames, inherit this
        policy and bring their own. A policy from the server's configuration goes before.
        """
        if "Content-Security-Policy" in self.settings.get("headers", {}):
            return super().content_security_policy
        own = {
            "default-src": "'none'",
            "script-src": "'self' blob:",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": "'self'",
            "frame-src": "'self' blob: data:",
            "base-uri": "'none'",
            "form-action": "'none'",
        }
        return "; ".join([super().content_security_policy, *(f"{key} {value}" for key, value in own.items())])

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Give the page."""
        manifest = self.assets.manifest()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(self._page(manifest) if manifest else self._not_built())

    def _page(self, manifest: dict[str, Any]) -> str:
        # Reading the token makes tornado set the _xsrf cookie, which the page's REST calls send back.
        assert self.xsrf_token
        config = {"baseUrl": self.base_url, "version": __version__}
        return _filled(
            "page.html",
            favicon=self._url(FAVICON),
            style=self._url("static", manifest["page_css"]),
            script=self._url("static", manifest["page"]),
            config=config,
        )

    def _not_built(self) -> str:
        self.set_status(503)
        return _filled("not_built.html", favicon=self._url(FAVICON), folder=str(self.assets.folder))

    def _url(self, *parts: str) -> str:
        return url_path_join(self.base_url, "funcnodes", *parts)


def _filled(template: str, *, config: dict[str, Any] | None = None, **texts: str) -> str:
    safe = {key: html.escape(text) for key, text in texts.items()}
    # A script element ends at the first "</", whatever it holds.
    safe["config"] = json.dumps(config).replace("<", "\\u003c")
    return Template((files(__package__) / template).read_text("utf-8")).substitute(safe)


class FaviconHandler(JupyterHandler):
    """``favicon.svg``: our own picture in the browser's tab."""

    auth_resource = AUTH_RESOURCE

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """Give the picture."""
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Cache-Control", "private, max-age=86400")
        self.finish((files(__package__) / FAVICON).read_bytes())
