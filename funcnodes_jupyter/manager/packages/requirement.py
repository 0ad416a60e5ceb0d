"""Requirements as people type them."""

from __future__ import annotations

import re

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from funcnodes_jupyter.manager.packages.errors import InvalidRequirementError

_NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?", re.IGNORECASE | re.ASCII)
MAX_NAME = 200
"""Characters; no file system has a file for a longer one."""
_FILES = (".whl", ".zip", ".tar", ".tgz", ".tbz", ".txz", ".tlz", ".gz", ".bz2", ".xz", ".lz", ".lzma", ".zst")


def is_name(name: str) -> bool:
    """Whether a name can be one of a package; what ends like a file installers look for in their own folder."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None and not name.lower().endswith(_FILES)


def checked_requirement(text: str) -> Requirement:
    """A requirement by name, such as ``numpy>=2`` (PEP 508).

    Raises:
        InvalidRequirementError: it is none, or says where to fetch the package from: then the lock could not say
            elsewhere what is meant, and an administrator's list of names would mean nothing.
    """
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise InvalidRequirementError(
            f"{text[:MAX_NAME]!r} is no package to ask for, such as numpy>=2: {reason}"
        ) from None
    if requirement.url is not None:
        raise InvalidRequirementError(
            f"{requirement.name} is taken from a package index, not from an address; "
            "set find-links for pip or uv to a folder or page with its file, and ask for it by its name"
        )
    if not is_name(requirement.name):
        shown = requirement.name[:MAX_NAME]
        raise InvalidRequirementError(f"{shown!r} is no name of a package; ask for it without what its file is called")
    return requirement


def key(name: str) -> str:
    """How a package is told from others, however its name is written (PEP 503)."""
    return str(canonicalize_name(name))


def key_of(requirement: str) -> str:
    """The key of the package that a valid requirement asks for."""
    return key(Requirement(requirement).name)


def is_version(text: str) -> bool:
    """Whether it is a version as :pep:`440` writes them."""
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
