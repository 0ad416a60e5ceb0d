"""Every address of the extension, in one table; all below the Jupyter server's base URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.server.archives import ExportHandler, ImportHandler
from funcnodes_jupyter.server.assets import AssetHandler, Assets
from funcnodes_jupyter.server.files import FileHandler, FilesHandler, UploadHandler
from funcnodes_jupyter.server.handlers import (
    StatusHandler,
    UsageHandler,
    WorkerHandler,
    WorkerLogHandler,
    WorkersHandler,
    WorkerVerbHandler,
)
from funcnodes_jupyter.server.hub import HubHandler
from funcnodes_jupyter.server.packages import (
    PackageApplyHandler,
    PackageCancelHandler,
    PackageIndexHandler,
    PackagePlanHandler,
    PackagesHandler,
)
from funcnodes_jupyter.server.page import FaviconHandler, PageHandler
from funcnodes_jupyter.server.picturehandler import PictureHandler
from funcnodes_jupyter.server.pictures import Pictures
from funcnodes_jupyter.server.plugins import PluginHandler
from funcnodes_jupyter.server.relay import RelayHandler

Route = tuple[str, type, dict[str, Any]]

_UUID = r"([\w-]+)"


def routes(
    manager: WorkerManager,
    assets: Assets,
    end_server: Callable[[], None] | None,
    max_upload_bytes: int,
    pictures: Pictures | None,
) -> list[Route]:
    """Patterns, handlers and what each handler needs."""
    managed, built = {"manager": manager}, {"assets": assets}
    receiving = {**managed, "max_upload_bytes": max_upload_bytes}
    return [
        (r"/funcnodes/?", PageHandler, built),
        (r"/funcnodes/favicon\.svg", FaviconHandler, {}),
        (r"/funcnodes/static/([\w.-]+)", AssetHandler, built),
        (r"/funcnodes/hub", HubHandler, {"manager": manager, "end_server": end_server}),
        (rf"/funcnodes/workers/{_UUID}/ws", RelayHandler, managed),
        (rf"/funcnodes/workers/{_UUID}/files", FilesHandler, managed),
        (rf"/funcnodes/workers/{_UUID}/files/(.*)", FileHandler, managed),
        (rf"/funcnodes/workers/{_UUID}/upload/(.*)", UploadHandler, receiving),
        (rf"/funcnodes/workers/{_UUID}/plugin/([\w.]+)/([0-9a-f]{{64}})\.js", PluginHandler, managed),
        (rf"/funcnodes/workers/{_UUID}/export", ExportHandler, managed),
        (rf"/funcnodes/workers/{_UUID}/picture", PictureHandler, {**managed, "pictures": pictures}),
        (r"/funcnodes/api/status", StatusHandler, managed),
        (r"/funcnodes/api/usage", UsageHandler, managed),
        (r"/funcnodes/api/packages", PackageIndexHandler, managed),
        (rf"/funcnodes/api/workers/{_UUID}/packages", PackagesHandler, managed),
        (rf"/funcnodes/api/workers/{_UUID}/packages/plan", PackagePlanHandler, managed),
        (rf"/funcnodes/api/workers/{_UUID}/packages/apply", PackageApplyHandler, managed),
        (rf"/funcnodes/api/workers/{_UUID}/packages/cancel", PackageCancelHandler, managed),
        (r"/funcnodes/api/workers", WorkersHandler, managed),
        (r"/funcnodes/api/workers/import", ImportHandler, receiving),
        (rf"/funcnodes/api/workers/{_UUID}", WorkerHandler, managed),
        (rf"/funcnodes/api/workers/{_UUID}/log", WorkerLogHandler, managed),
        (
            rf"/funcnodes/api/workers/{_UUID}/(start|stop|restart|interrupt|duplicate|cancel)",
            WorkerVerbHandler,
            managed,
        ),
    ]
