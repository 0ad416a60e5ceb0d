"""Files that nodes read: paths as a person writes them, and the data that comes with the package."""

from __future__ import annotations

from pathlib import Path

SAMPLE_PREFIX = "sample:"
"""``sample:penguins.csv`` names a file that comes with the package, wherever it is installed."""


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
    """The file that ``path`` means: a sample, or a file relative to the working directory; ``~`` is the home folder.

    Raises:
        FileNotFoundError: there is no such file; the text says where it was looked for.
        IsADirectoryError: it is a folder.
    """
    given = str(path).strip()
    if not given:
        raise FileNotFoundError("The path is empty: which file should be read?")
    if given.startswith(SAMPLE_PREFIX):
        return sample_path(given.removeprefix(SAMPLE_PREFIX).strip())
    found = Path(given).expanduser()
    if found.is_dir():
        raise IsADirectoryError(f"{given} is a folder, not a file.")
    if not found.is_file():
        where = "" if found.is_absolute() else f" Relative paths begin at {Path.cwd()}."
        raise FileNotFoundError(f"There is no file {given}.{where}")
    return found
