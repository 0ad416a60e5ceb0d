"""What a worker's environment gets without any index: this very package, and what it needs, from the server's own.

Blocking; call in threads.
"""

from __future__ import annotations

import contextlib
import shutil
import site
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

import funcnodes_jupyter
from funcnodes_jupyter.manager.environment import Environment
from funcnodes_jupyter.worker.requirements import REQUIREMENTS

NAME = "funcnodes_jupyter"
_PATHS = "zz_funcnodes_jupyter.pth"
"""Read after those of other packages: what is installed in the environment itself comes first."""


def furnish(environment: Environment, *, shared: bool, same_abi: bool) -> tuple[str, ...]:
    """Have an environment import the package that runs here, and what that needs.

    Args:
        shared: The packages of this process are visible in it, behind its own.
        same_abi: It can load compiled modules of this process's Python.

    Returns:
        The requirements that could not be had from this process's packages: they are to be installed.

    Raises:
        OSError: it cannot be written.
    """
    packages = environment.site_packages
    home = environment.root / "share" / NAME
    _link(home / NAME, Path(funcnodes_jupyter.__file__).resolve().parent)
    _write(packages / _PATHS, _path_line(str(home), server_packages() if shared else []))
    _write_metadata(packages)
    if shared:
        return ()
    return tuple(one for one in REQUIREMENTS if not _is_met(Requirement(one), packages, may_copy=same_abi))


def server_packages() -> list[str]:
    """The folders in which this process's Python looks for installed packages."""
    folders = site.getsitepackages()
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    # On some systems lib64 is a link to lib: a package must not be found twice.
    found = {Path(folder).resolve(): folder for folder in reversed(folders) if Path(folder).is_dir()}
    return list(reversed(found.values()))


def _path_line(home: str, packages: list[str]) -> str:
    """The text of a ``.pth`` file: ``home`` comes first, for it holds nothing but this package, ``packages`` last.

    ``addsitedir`` also heeds the ``.pth`` files in ``packages``: editable installs. In ASCII, for Python reads these
    files in an encoding that depends on its version and on the locale.
    """
    behind = "".join(f"; site.addsitedir({folder!a})" for folder in packages)
    return f"import site, sys; sys.path.insert(0, {home!a}){behind}\n"


def _write_metadata(packages: Path) -> None:
    """Say that this package is installed, so that a node pack which needs it does not fetch another one."""
    info = packages / f"{NAME}-{funcnodes_jupyter.__version__}.dist-info"
    for other in packages.glob(f"{NAME}-*.dist-info"):
        if other != info:
            shutil.rmtree(other)
    info.mkdir(exist_ok=True)
    needs = "".join(f"Requires-Dist: {requirement}\n" for requirement in REQUIREMENTS)
    head = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {funcnodes_jupyter.__version__}\n"
    _write(info / "METADATA", head + needs)
    _write(info / "INSTALLER", f"{NAME}\n")
    inside = (f"{info.name}/{name}" for name in ("METADATA", "INSTALLER", "RECORD"))
    _write(info / "RECORD", "".join(f"{path},,\n" for path in (*inside, _PATHS)))


# --- copies -----------------------------------------------------------------------------------------


def _is_met(requirement: Requirement, packages: Path, *, may_copy: bool) -> bool:
    for installed in metadata.distributions(name=requirement.name, path=[str(packages)]):
        return requirement.specifier.contains(installed.version, prereleases=True)
    return may_copy and _copy(requirement.name, packages)


def _copy(name: str, packages: Path) -> bool:
    """Copy an installed package; False when there is none here that can be copied (an editable one, or Debian's)."""
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    files = [path for path in distribution.files or () if ".." not in path.parts and not path.is_absolute()]
    # Its description comes last: with that, it counts as installed.
    files.sort(key=lambda path: path.parts[0].endswith(".dist-info"))
    sources = [Path(str(distribution.locate_file(path))) for path in files]
    modules = [path for path in files if path.suffix == ".py"]
    if not modules or not all(source.is_file() or source.suffix == ".pyc" for source in sources):
        return False
    for path, source in zip(files, sources, strict=True):
        with contextlib.suppress(FileNotFoundError):  # compiled modules come and go
            (packages / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, packages / path)
    return True


# --- files ------------------------------------------------------------------------------------------


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    with _beside(link) as new:
        new.symlink_to(target, target_is_directory=True)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with _beside(path) as new:
            new.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name for what takes the place of ``path`` at the end."""
    with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as folder:
        new = Path(folder) / path.name
        yield new
        new.replace(path)
