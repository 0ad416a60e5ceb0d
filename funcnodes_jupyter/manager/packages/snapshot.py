"""An environment as it was before a change, kept until the change is whole. Blocking; call in threads.

Installers replace files and never write into them, for they share them with their caches; so links to the files are
enough, and cost next to nothing. Whatever ends the change early, ``kill -9`` and power cuts included, the snapshot
stays, and whoever finds it puts it back. An environment cannot be built elsewhere and moved into its place: its
scripts name that.
"""

from __future__ import annotations

import contextlib
import os
import shutil

from funcnodes_jupyter.manager.base import WorkerPaths
from funcnodes_jupyter.manager.packages.project import LOCK, PROJECT
from funcnodes_jupyter.worker.atomic import flush_folder


class Snapshot:
    """The place for the snapshot of one worker's environment, with the two files of its project."""

    def __init__(self, paths: WorkerPaths) -> None:
        self._folder = paths.folder
        self._environment = paths.environment
        self._place = paths.environment_before
        self._kept = self._place / "venv"
        self._aside = self._place.with_name(f"{self._place.name}.aside")

    @property
    def exists(self) -> bool:
        """Whether a change began and is not whole: if nobody is at it, it never will be."""
        return self._place.exists()

    def take(self) -> None:
        """Keep the environment as it is now.

        Raises:
            OSError: it cannot be kept; there is no snapshot.
        """
        self._clear_aside()
        self._aside.mkdir(mode=0o700)
        try:
            shutil.copytree(self._environment, self._aside / "venv", symlinks=True, copy_function=_link)
            for name in (PROJECT, LOCK):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy2(self._folder / name, self._aside / name)
            self._aside.rename(self._place)
        except BaseException:
            self._clear_aside()
            raise
        flush_folder(self._folder)

    def put_back(self) -> None:
        """Have everything as it was, and forget the snapshot; can be done again when it was broken off.

        Raises:
            OSError: it cannot be; the snapshot stays.
        """
        self._clear_aside()
        if self._kept.exists():
            for name in (PROJECT, LOCK):
                if (self._place / name).exists():
                    shutil.copy2(self._place / name, self._folder / name)
                else:
                    (self._folder / name).unlink(missing_ok=True)
            if self._environment.exists():
                self._environment.rename(self._aside)
            self._kept.rename(self._environment)
            flush_folder(self._folder)
        self.forget()

    def forget(self) -> None:
        """Take the snapshot away: from this moment on, what was changed counts."""
        with contextlib.suppress(FileNotFoundError):
            # Gone at once, under a name that means nothing; the rest may take its time, or be broken off.
            self._clear_aside()
            self._place.rename(self._aside)
            flush_folder(self._folder)
        self._clear_aside()

    def _clear_aside(self) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without them, or a file with too many
        shutil.copy2(source, target, follow_symlinks=False)
