"""Why packages are not changed; nothing was changed when one of these is raised."""

from __future__ import annotations

from funcnodes_jupyter.manager.errors import ManagerError


class InvalidRequirementError(ManagerError):
    """What was asked for is no requirement that is taken here."""


class PackagesForbiddenError(ManagerError):
    """The server's configuration does not allow it."""


class PackagesUnchangeableError(ManagerError):
    """The worker has no environment that can be changed from here; ``why`` says what helps."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the packages of worker {name!r} cannot be changed here: {why}")
        self.name = name


class PackagesNeededError(ManagerError):
    """Others that stay need what was to be removed."""

    def __init__(self, package: str, needed_by: list[str]) -> None:
        others = ", ".join(needed_by)
        super().__init__(f"{package} is needed by {others}; remove {others} first, or together with it")
        self.package = package


class NotInstalledError(ManagerError):
    """A package that was to be removed or upgraded is not in the worker's own environment."""


class NoLockError(ManagerError):
    """There is nothing to restore."""


class ResolverRefusedError(ManagerError):
    """The packages cannot be had so; the text ends with what the resolver said."""

    def __init__(self, why: str, output: str) -> None:
        super().__init__(f"{why}\n{output}".strip())


class IndexUnreachableError(ManagerError):
    """No package index answers."""

    def __init__(self, why: str, output: str = "") -> None:
        super().__init__(f"{why}\n{output}".strip())


class PackageNotFoundError(ManagerError):
    """The index has no such package."""

    def __init__(self, package: str) -> None:
        super().__init__(f"the package index has no package {package!r}; look at how it is spelt")
        self.package = package


class PlanNotFoundError(ManagerError):
    """There is no such plan, or it was carried out, or it is too old."""

    def __init__(self) -> None:
        super().__init__("this plan is not known any more; ask again what would change")


class PlanOutdatedError(ManagerError):
    """The environment is not as it was when the plan was made."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the packages of worker {name!r} changed meanwhile; ask again what would change")


class ChangeFailedError(ManagerError):
    """A change failed, and was undone."""

    def __init__(self, name: str, why: str, output: str = "") -> None:
        told = f"the packages of worker {name!r} are as they were: {why}"
        super().__init__(f"{told}\n{output}".strip())


class ChangeCancelledError(ManagerError):
    """Somebody cancelled a change, and it was undone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"cancelled; the packages of worker {name!r} are as they were")


class NotUndoneError(ManagerError):
    """A change failed, and the disk refuses to undo it just now."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the change failed, and could not be undone just now: {why}; "
            "that is tried again whenever the worker is looked at, changed or started"
        )
