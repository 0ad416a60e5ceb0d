"""The Jupyter server extension, also a server of its own; everything is wired here."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.web import Application
from traitlets import Bool, Float, Integer, List, Unicode, default

import funcnodes_jupyter
from funcnodes_jupyter.manager.base import ENVIRONMENT_VARIABLE, BaseFolder
from funcnodes_jupyter.manager.config import FRONTEND_PORT, HUB_PORT, read_config
from funcnodes_jupyter.manager.manager import START_TIMEOUT, STOP_TIMEOUT, WorkerManager
from funcnodes_jupyter.manager.packages.policy import PackagePolicy
from funcnodes_jupyter.server.assets import Assets
from funcnodes_jupyter.server.hub import HubHandler
from funcnodes_jupyter.server.pictures import Pictures
from funcnodes_jupyter.server.presave import BeforeSaving
from funcnodes_jupyter.server.routes import routes
from funcnodes_jupyter.server.savedoutputs import SavedOutputs

ACTIVITY_INTERVAL = 30.0
"""Seconds; cullers count in minutes."""
DEFAULT_MAX_UPLOAD = 2 * 1024**3


class FuncNodesApp(ExtensionApp):
    """Serves the editor and runs its workers."""

    name = "funcnodes_jupyter"
    app_name = "FuncNodes"
    version = funcnodes_jupyter.__version__
    description = "Draw a dataflow graph; a worker process runs it."
    extension_url = "/funcnodes/"
    file_url_prefix = "/funcnodes"
    load_other_extensions = False
    """Standing alone it needs no other extension; inside a Jupyter server this has no effect."""

    base_dir = Unicode(
        "", help=f"Folder of workers and settings. Default: {ENVIRONMENT_VARIABLE}, else ~/.funcnodes."
    ).tag(config=True)
    hub_port = Integer(
        HUB_PORT, help="Port for programs that speak to the Workermanager, standing alone only; 0: none."
    ).tag(config=True)

    @default("hub_port")
    def _usual_hub_port(self) -> int:
        return read_config(self._base).hub_port

    start_timeout = Float(START_TIMEOUT, help="Seconds until a worker that does not answer is given up.").tag(
        config=True
    )
    stop_timeout = Float(STOP_TIMEOUT, help="Seconds a worker gets for saving before it is killed.").tag(config=True)

    idle_timeout = Float(
        0.0, help="Seconds after which a worker that nobody uses is stopped, unless it has its own setting; 0: never."
    ).tag(config=True)
    memory_limit = Integer(
        0,
        min=0,
        help="Bytes of memory that a worker's process may use, unless it has its own setting; 0: any number. Linux only.",
    ).tag(config=True)
    restart_crashed = Bool(True, help="Whether workers that crashed are started again.").tag(config=True)
    max_upload_bytes = Integer(
        DEFAULT_MAX_UPLOAD, min=0, help="Bytes that an uploaded file or archive may have at most; 0: any number."
    ).tag(config=True)

    renew_pictures = Bool(
        True,
        help="Whether notebooks get the newest pictures of their graphs when they are saved, instead of keeping those "
        "that their cells left.",
    ).tag(config=True)

    allow_package_changes = Bool(
        True, help="Whether packages may be installed into, and removed from, the environments of workers from here."
    ).tag(config=True)
    allowed_packages = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="Patterns of the names of packages that may be asked for, such as funcnodes-*; what these need in turn "
        "comes with them. Default: any.",
    ).tag(config=True)

    assets = Assets(Path(funcnodes_jupyter.__file__).parent / "static")
    manager: WorkerManager | None = None
    _pictures: Pictures | None = None
    _hub_server: HTTPServer | None = None
    _starting: asyncio.Task[None] | None = None
    _activity_notes: PeriodicCallback | None = None

    @classmethod
    def initialize_server(cls, argv: Any = None, load_other_extensions: bool = True, **kwargs: Any) -> ServerApp:
        """Make the server when standing alone.

        Our port is given as a default value, not by ``serverapp_config``, which would win over the command
        line; and a taken port is refused, not silently replaced by the next one.
        """
        defaults = {"port": FRONTEND_PORT, "port_retries": 0}
        options = {**defaults, **kwargs}
        server: ServerApp = super().initialize_server(argv, load_other_extensions, **options)  # type: ignore[no-untyped-call]
        return server

    def initialize_settings(self) -> None:
        """Have notebooks looked at before they are saved."""
        self._pictures = Pictures(self._base) if self.renew_pictures else None
        outputs = SavedOutputs(self._pictures) if self._pictures is not None else None
        BeforeSaving(outputs, self.log).register(self._server.contents_manager)

    def initialize_handlers(self) -> None:
        """Make the Workermanager and hang every route on it. No worker is touched yet."""
        server = self._server
        base = self._base
        if self.base_dir:
            # Kernels of this server inherit it, and so look for their workers where this server does.
            os.environ[ENVIRONMENT_VARIABLE] = str(base.path)
        self.manager = WorkerManager(
            base,
            default_cwd=Path(server.root_dir),
            start_timeout=self.start_timeout,
            stop_timeout=self.stop_timeout,
            idle_timeout=self.idle_timeout,
            memory_limit=self.memory_limit,
            restart_crashed=self.restart_crashed,
            package_policy=self.package_policy,
            log=self.log,
        )
        if self._pictures is not None:
            self.manager.before_deleting(self._pictures.remember)
        self.handlers.extend(routes(self.manager, self.assets, self._end_server, self.max_upload_bytes, self._pictures))

    @property
    def package_policy(self) -> PackagePolicy:
        """What people may do with packages."""
        allowed = self.allowed_packages
        return PackagePolicy(self.allow_package_changes, None if allowed is None else tuple(allowed))

    def current_activity(self) -> dict[str, int] | None:
        """Keep a server that shuts down when idle alive as long as graphs compute."""
        busy = len(self.manager.busy) if self.manager else 0
        return {"busy_graphs": busy} if busy else None

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Look after the workers from now on, start those that start with the server, open the second port."""
        assert self.manager is not None, "made with the handlers"
        self.manager.keep_watch()
        self._activity_notes = PeriodicCallback(self._note_activity, ACTIVITY_INTERVAL * 1000)
        self._activity_notes.start()
        self._starting = asyncio.create_task(self.manager.autostart())
        if self._standalone and self.hub_port:
            self._open_hub_port(serverapp)

    def _note_activity(self) -> None:
        """A Hub that culls idle servers looks at the time of the last activity; a graph that computes is active."""
        if self.current_activity():
            times: dict[str, datetime] = self._server.web_app.settings["last_activity_times"]
            times[self.name] = datetime.now(timezone.utc)

    def _open_hub_port(self, serverapp: ServerApp) -> None:
        """Listen on the second port; a taken one is told and done without."""
        arguments = {"manager": self.manager, "end_server": self._end_server}
        # An application of its own, so that nothing but the hub answers there; the settings bring
        # the same identity provider, authorizer and origin rules.
        application = Application([(r"/", HubHandler, arguments)], **serverapp.web_app.settings)
        hub_server = HTTPServer(application, ssl_options=serverapp.ssl_options, xheaders=serverapp.trust_xheaders)
        try:
            hub_server.listen(self.hub_port, serverapp.ip)
        except OSError as error:
            self.log.warning("Port %d (Workermanager) is taken, going on without: %s", self.hub_port, error)
            return
        self._hub_server = hub_server
        self.log.info("The Workermanager also listens on port %d.", self.hub_port)

    async def stop_extension(self) -> None:
        """End the workers of this server, but for detached ones."""
        if self._starting is not None:
            self._starting.cancel()
        if self._activity_notes is not None:
            self._activity_notes.stop()
        if self._hub_server is not None:
            self._hub_server.stop()
            self._hub_server = None
        if self.manager is not None:
            await self.manager.close()

    @property
    def _base(self) -> BaseFolder:
        return BaseFolder.at(Path(self.base_dir) if self.base_dir else None)

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None, "linked by Jupyter before anything else"
        return self.serverapp

    @property
    def _standalone(self) -> bool:
        return self._server.starter_app is self

    @property
    def _end_server(self) -> Callable[[], None] | None:
        return self._server.stop if self._standalone else None


def configured_policy() -> PackagePolicy:
    """What a server of this person would let people do with packages, as its configuration files say."""
    server = ServerApp()
    server.load_config_file()
    extension = FuncNodesApp(config=server.config)
    extension.load_config_file()
    return extension.package_policy
