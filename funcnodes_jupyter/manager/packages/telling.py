"""What is told while packages change, to all who listen and to those who come later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Stage = Literal["changing", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class PackageNews:
    """What is told while the packages of a worker change.

    Attributes:
        stage: ``changing`` comes once for each line of the tools; one of the others comes last.
        line: That line, or why it failed, in lines; empty otherwise.
        restart: With ``done``: the worker runs with modules that are not those any more that are installed.
    """

    uuid: str
    name: str
    stage: Stage
    line: str = ""
    restart: bool = False

    def to_json(self) -> dict[str, Any]:
        """The form that travels to clients."""
        told = {"workerid": self.uuid, "name": self.name, "stage": self.stage}
        return {**told, "line": self.line, "restart": self.restart}


PackageSubscriber = Callable[[PackageNews], None]


class Telling:
    """Keeps what was told of the changes that go on."""

    def __init__(self) -> None:
        self._told: dict[str, list[PackageNews]] = {}
        self._subscribers: dict[object, PackageSubscriber] = {}

    def subscribe(self, told: PackageSubscriber) -> Callable[[], None]:
        """Call ``told`` with what was told of the changes that go on, then with all news, until the undo is called."""
        key = object()
        for news in self._told.values():
            for one in news:
                told(one)
        self._subscribers[key] = told

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def tell(self, news: PackageNews) -> None:
        """Tell something."""
        if news.stage == "changing":
            self._told.setdefault(news.uuid, []).append(news)
        else:
            self._told.pop(news.uuid, None)
        for told in tuple(self._subscribers.values()):
            told(news)

    def forget_subscribers(self) -> None:
        """Tell nobody any more."""
        self._subscribers.clear()
