"""The browser that is driven, and how it is started."""

from __future__ import annotations

import os
import shutil

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
]  # fmt: skip


def find_chromium() -> str | None:
    """The browser to drive: FUNCNODES_TEST_CHROMIUM, else the first one on the path."""
    given = os.environ.get("FUNCNODES_TEST_CHROMIUM")
    return given or next((path for name in BROWSER_NAMES if (path := shutil.which(name))), None)
