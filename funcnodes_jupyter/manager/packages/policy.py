"""What an administrator lets people do with packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from funcnodes_jupyter.manager.packages.errors import PackagesForbiddenError
from funcnodes_jupyter.manager.packages.requirement import key


@dataclass(frozen=True)
class PackagePolicy:
    """Which changes are allowed.

    Attributes:
        changes: Whether anything may be changed.
        allowed: Patterns of the names that may be asked for, such as ``funcnodes-*``; None: any. What these need in
            turn comes with them: whoever allows a package trusts its authors with that. Removing is always allowed.
    """

    changes: bool = True
    allowed: tuple[str, ...] | None = None

    def check_changes(self) -> None:
        """Raise :class:`PackagesForbiddenError` when nothing may be changed."""
        if not self.changes:
            raise PackagesForbiddenError(
                "packages are not changed from here: the server's configuration forbids it "
                "(c.FuncNodesApp.allow_package_changes); ask whoever looks after the server"
            )

    def check(self, names: Iterable[str]) -> None:
        """Raise :class:`PackagesForbiddenError` when not all of these may be asked for."""
        self.check_changes()
        if refused := [name for name in names if not self._allows(name)]:
            raise PackagesForbiddenError(
                f"{', '.join(refused)} may not be installed: the server's configuration allows "
                f"{', '.join(self.allowed or ()) or 'nothing'} (c.FuncNodesApp.allowed_packages); "
                "ask whoever looks after the server"
            )

    def _allows(self, name: str) -> bool:
        if self.allowed is None:
            return True
        return any(fnmatchcase(key(name), key(pattern)) for pattern in self.allowed)


ANYTHING = PackagePolicy()
