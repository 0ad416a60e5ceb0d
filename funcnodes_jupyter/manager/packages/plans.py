"""What would change, before anything does; it is carried out exactly so, or not at all."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from funcnodes_jupyter.manager.packages.errors import PlanNotFoundError
from funcnodes_jupyter.manager.packages.installed import VisiblePackages
from funcnodes_jupyter.manager.packages.project import Project

PLAN_SECONDS = 600.0
"""How long a plan can be carried out."""
MAX_PLANS = 50


class Wanted(Struct):
    """What a person asks for: requirements to ``add``, names to ``remove`` and to ``upgrade`` (``*``: all that were
    asked for), or to ``restore`` what the lock says, which goes with nothing else. ``partly``: what of ``add`` cannot be
    had is left out, as it always is of what is restored."""

    add: list[str] = []
    remove: list[str] = []
    upgrade: list[str] = []
    restore: bool = False
    partly: bool = False


@dataclass(frozen=True)
class Change:
    """One package, by its key, with its version ``before`` (None: it is not there) and ``after`` (None: it goes)."""

    name: str
    before: str | None
    after: str | None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Change:
        """Read what :meth:`to_json` made."""
        return cls(str(content["name"]), content["from"], content["to"])

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {"name": self.name, "from": self.before, "to": self.after}


@dataclass(frozen=True)
class Unavailable:
    """A requirement that cannot be had: the package's key, its text, and why, in a line."""

    name: str
    requirement: str
    reason: str

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Unavailable:
        """Read what :meth:`to_json` made."""
        return cls(str(content["name"]), str(content["requirement"]), str(content["reason"]))

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {"name": self.name, "requirement": self.requirement, "reason": self.reason}


@dataclass(frozen=True)
class Plan:
    """Changes of one worker's packages.

    Attributes:
        asked: The requirements that the worker is asked to have afterwards.
        names: The names that were asked for, for the administrator's list.
        state: What :func:`state_of` said when it was made.
        restart: A worker that runs has, or may have, imported what changes.
        nothing: There is nothing to do.
        touched: The modules that change.
        unavailable: What is asked for, too, and cannot be had: the changes are without it.
        due: The versions of what still has to come, by key: they stay written down.
    """

    uuid: str
    changes: tuple[Change, ...]
    asked: tuple[str, ...]
    names: tuple[str, ...]
    state: str
    nothing: bool = False
    restart: bool = False
    touched: frozenset[str] = frozenset()
    unavailable: tuple[Unavailable, ...] = ()
    due: tuple[tuple[str, str], ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @classmethod
    def from_json(cls, uuid: str, content: Mapping[str, Any]) -> Plan:
        """Read what :meth:`to_json` made: as much as a person has to know."""
        changes = tuple(Change.from_json(one) for one in content["changes"])
        return cls(
            uuid,
            changes,
            (),
            (),
            "",
            nothing=bool(content["nothing"]),
            restart=bool(content["restart"]),
            unavailable=tuple(Unavailable.from_json(one) for one in content.get("unavailable", ())),
            id=str(content["plan"]),
        )

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        return {
            "plan": self.id,
            "changes": [change.to_json() for change in self.changes],
            "unavailable": [one.to_json() for one in self.unavailable],
            "restart": self.restart,
            "nothing": self.nothing,
        }


class Plans:
    """The plans that can still be carried out; the newest of them."""

    def __init__(self) -> None:
        self._plans: dict[str, tuple[float, Plan]] = {}

    def keep(self, plan: Plan) -> None:
        """Remember a plan for :data:`PLAN_SECONDS`."""
        self._plans[plan.id] = (time.monotonic(), plan)
        for old in list(self._plans)[:-MAX_PLANS]:
            del self._plans[old]

    def get(self, uuid: str, id: str) -> Plan:
        """The plan ``id`` for the worker ``uuid``.

        Raises:
            PlanNotFoundError: there is none (any more).
        """
        made, plan = self._plans.get(id, (0.0, None))
        if plan is None or plan.uuid != uuid or time.monotonic() - made > PLAN_SECONDS:
            raise PlanNotFoundError
        return plan

    def forget(self, plan: Plan) -> None:
        """It is carried out, or will never be."""
        self._plans.pop(plan.id, None)


def state_of(packages: VisiblePackages, project: Project) -> str:
    """A text that differs when what a plan counts on differs."""
    parts = [
        *_lines(packages.own.values()),
        "",
        *_lines(packages.behind.values()),
        "",
        *project.asked,
        "",
        *map(str, project.pins),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _lines(packages: Iterable[Any]) -> list[str]:
    return sorted(f"{package.key}=={package.version}" for package in packages)
