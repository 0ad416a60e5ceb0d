"""The files that a person brings along for a worker: ``files/`` in the worker's folder.

Every path comes from a stranger. Folders are opened one after the other, each from the one before and never
through a link, so what is put in the way, even at the last moment, leads nowhere else.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from io import FileIO
from pathlib import Path

from funcnodes_jupyter.convert.errors import InvalidPathError
from funcnodes_jupyter.convert.safepath import safe_parts
from funcnodes_jupyter.manager.arrival import Arrival
from funcnodes_jupyter.manager.errors import FileTakenError, NoSuchFileError, PathBlockedError, StorageError

_IN_THE_WAY = (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO)
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@dataclass(frozen=True)
class StoredFile:
    """A file as others see it: ``path`` below the worker's files, ``size`` in bytes, ``modified`` in ISO 8601, UTC."""

    path: str
    size: int
    modified: str

    @classmethod
    def of(cls, path: str, found: os.stat_result) -> StoredFile:
        """What the system says of the file at ``path``."""
        modified = datetime.fromtimestamp(found.st_mtime, timezone.utc)
        return cls(path, found.st_size, modified.isoformat(timespec="seconds"))


class WorkerFiles:
    """The files below ``folder``, which is made when the first one comes. Blocks: call it in threads.

    Every method that takes a path raises :class:`~funcnodes_jupyter.convert.errors.InvalidPathError` when it is
    none, :class:`PathBlockedError` when a link, a folder or the like is in its way, and :class:`StorageError`
    when the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder

    def listed(self) -> list[StoredFile]:
        """All files that can be asked for, in the order of their paths."""
        return [StoredFile.of(path, found) for path, found in self._entries() if _is_offered(path, found)]

    def unlisted(self) -> list[str]:
        """The paths of what :meth:`listed` leaves out: links, devices, and files with names that are not taken."""
        return [path for path, found in self._entries() if not _is_offered(path, found)]

    def open(self, path: str) -> FileIO:
        """The file at ``path``, open for reading.

        Raises:
            NoSuchFileError: there is none.
        """
        *folders, name = safe_parts(path)
        with _in_words(path), self._folder(folders) as folder:
            # Without O_NONBLOCK a pipe that nobody writes to would keep us here.
            file = FileIO(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder))
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                file.close()
                raise PathBlockedError(path)
            return file

    def delete(self, path: str) -> None:
        """Take the file at ``path`` away, and the folders that it leaves empty.

        Raises:
            NoSuchFileError: there is none.
        """
        *folders, name = safe_parts(path)
        with _in_words(path), self._folder(folders) as folder:
            if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
                raise PathBlockedError(path)
            os.unlink(name, dir_fd=folder)
        self._remove_empty(folders)

    def check_free(self, path: str, overwrite: bool) -> None:
        """Refuse early what :meth:`take` would refuse later.

        Raises:
            FileTakenError: there is a file, and it is not to be replaced.
        """
        *folders, name = safe_parts(path)
        with contextlib.suppress(NoSuchFileError), _in_words(path), self._folder(folders) as folder:
            if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
                raise PathBlockedError(path)
            if not overwrite:
                raise FileTakenError(path)

    def take(self, arrived: Arrival, path: str, overwrite: bool) -> StoredFile:
        """Have ``arrived``, which is whole, as the file ``path``; it is on the disk when this returns.

        Raises:
            FileTakenError: there is a file, and it is not to be replaced.
        """
        *folders, name = safe_parts(path)
        try:
            with _in_words(path):
                arrived.finish()
                self._root.mkdir(mode=0o700, exist_ok=True)
                with self._folder(folders, create=True) as folder:
                    if overwrite:
                        os.replace(arrived.path, name, dst_dir_fd=folder)
                    else:
                        _move_to_free_name(arrived.path, name, folder)
                    os.fsync(folder)
                    return StoredFile.of(path, os.lstat(name, dir_fd=folder))
        except BaseException:
            self._remove_empty(folders)
            raise

    # --- folders ----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _folder(self, parts: Sequence[str], create: bool = False) -> Iterator[int]:
        """A descriptor of the folder ``parts`` below the root."""
        descriptor = _open_folder(self._root)
        try:
            for part in parts:
                if create:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=descriptor)
                inner = _open_folder(part, descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _remove_empty(self, parts: Sequence[str]) -> None:
        for depth in range(len(parts), 0, -1):
            try:
                with self._folder(parts[: depth - 1]) as above:
                    os.rmdir(parts[depth - 1], dir_fd=above)
            except OSError:  # it holds something else, or is not there
                return

    def _entries(self) -> list[tuple[str, os.stat_result]]:
        """Everything but folders, by path."""
        found: list[tuple[str, os.stat_result]] = []
        with _in_words("files"), contextlib.suppress(FileNotFoundError):
            for folder, folders, names, descriptor in os.fwalk(self._root, onerror=_unless_gone):
                below = os.path.relpath(folder, self._root)
                for name in (*folders, *names):
                    with contextlib.suppress(FileNotFoundError):  # deleted just now
                        entry = os.lstat(name, dir_fd=descriptor)
                        if not stat.S_ISDIR(entry.st_mode):
                            found.append((name if below == "." else f"{below}/{name}", entry))
        return sorted(found, key=lambda entry: entry[0])


def _open_folder(name: str | Path, above: int | None = None) -> int:
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)


def _move_to_free_name(source: Path, name: str, folder: int) -> None:
    """Rename, where a name that is taken meanwhile is an error and no loss."""
    try:
        os.link(source, name, dst_dir_fd=folder)
        source.unlink()
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        with contextlib.suppress(FileNotFoundError):
            os.lstat(name, dir_fd=folder)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        os.rename(source, name, dst_dir_fd=folder)


def _is_offered(path: str, found: os.stat_result) -> bool:
    try:
        safe_parts(path)
    except InvalidPathError:
        return False
    return stat.S_ISREG(found.st_mode)


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


@contextlib.contextmanager
def _in_words(path: str) -> Iterator[None]:
    """The system's errors about the file ``path`` as ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise NoSuchFileError(path) from error
    except FileExistsError as error:
        raise FileTakenError(path) from error
    except OSError as error:
        if error.errno in _IN_THE_WAY:
            raise PathBlockedError(path) from error
        raise StorageError.of(error) from error
