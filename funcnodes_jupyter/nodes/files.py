"""Files that nodes read: paths as a person writes them, and the data that comes with the package."""

from __future__ import annotations

import os
from pathlib import Path

SAMPLE_PREFIX = "sample:"
"""``sample:penguins.csv`` names a file that comes with the package, wherever it is installed."""

UPLOAD_PREFIX = "files/"
"""``files/a.csv`` names a file that was uploaded to the worker; so the graph finds it wherever the worker is moved."""

UPLOADS_VARIABLE = "FUNCNODES_FILES_DIR"
"""Where a worker's process says in which folder they are; processes that run its functions inherit it."""

ASKS_FOR_FILE = {"render_options": {"type": "file"}}
"""The options of an input that is the path of a file: the editor offers to upload one."""


def sample_path(name: str) -> Path:
    """Where the sample file ``name`` lies, such as ``"penguins.csv"``.

    Raises:
        FileNotFoundError: there is no such sample; the text names those that there are.
    """
    folder = Path(__file__).with_name("sample_data")
    known = sorted(path.name for path in folder.glob("*.csv"))
    if name not in known:
        raise FileNotFoundError(f"There is no sample file {name!r}, only {', '.join(known)}.")
    return folder / name


def existing_file(path: str) -> Path:
    """The file that ``path`` means.

    ``sample:NAME`` is one that comes with the package and ``files/NAME`` one that was uploaded to the worker. Else
    paths are relative to the working directory, and ``~`` is the home folder.

    Raises:
        FileNotFoundError: there is no such file; the text says where it was looked for.
        IsADirectoryError: it is a folder.
    """
    given = str(path).strip()
    if not given:
        raise FileNotFoundError("The path is empty: which file should be read?")
    if given.startswith(SAMPLE_PREFIX):
        return sample_path(given.removeprefix(SAMPLE_PREFIX).strip())
    uploads = os.environ.get(UPLOADS_VARIABLE) if given.startswith(UPLOAD_PREFIX) else None
    if uploads and (uploaded := Path(uploads, given.removeprefix(UPLOAD_PREFIX))).is_file():
        return uploaded
    found = Path(given).expanduser()
    if found.is_dir():
        raise IsADirectoryError(f"{given} is a folder, not a file.")
    if not found.is_file():
        where = "" if found.is_absolute() else f" Relative paths begin at {Path.cwd()}."
        raise FileNotFoundError(f"There is no file {given}{', uploaded or other' if uploads else ''}.{where}")
    return found
