"""A named group of node classes, with groups inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from funcnodes_jupyter.core.node import Node

NodeClass = type[Node]


class Shelf:
    """A named group of node classes, with shelves inside. Two shelves of the same content are equal.

    Args:
        nodes: Classes; one that stands there twice is kept once.

    ``pack`` names the pack that brought a top shelf of a library; it is empty for all others.
    """

    __slots__ = ("__weakref__", "description", "name", "nodes", "pack", "subshelves")

    def __init__(
        self, name: str, description: str = "", nodes: Iterable[NodeClass] = (), subshelves: Iterable[Shelf] = ()
    ) -> None:
        self.name = name
        self.pack = ""
        self.description = description
        self.nodes: list[NodeClass] = list(dict.fromkeys(nodes))
        self.subshelves: list[Shelf] = list(subshelves)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Shelf:
        """A shelf of ``{"name", "description", "nodes", "subshelves"}``."""
        inner = [cls.from_dict(shelf) if isinstance(shelf, dict) else shelf for shelf in data.get("subshelves", ())]
        return cls(data["name"], data.get("description", ""), data.get("nodes", ()), inner)

    def walk(self) -> Iterator[Shelf]:
        """This shelf and all inside it."""
        yield self
        for shelf in self.subshelves:
            yield from shelf.walk()

    def merge(self, other: Shelf) -> None:
        """Take over the nodes and shelves of ``other``, matching nodes by id and shelves by name.

        Of shelves inside ``other`` copies are made: it stays as it is.
        """
        self.description = self.description or other.description
        self.nodes = list({cls.node_id: cls for cls in [*self.nodes, *other.nodes]}.values())
        for shelf in other.subshelves:
            known = next((own for own in self.subshelves if own.name == shelf.name), None)
            if known is None:
                known = Shelf(shelf.name)
                self.subshelves.append(known)
            known.merge(shelf)

    def without(self, other: Shelf) -> bool:
        """Take away what ``other`` holds, matching shelves by name; whether anything was taken.

        Shelves that are empty then vanish.
        """
        kept = [cls for cls in self.nodes if cls not in other.nodes]
        taken = len(kept) < len(self.nodes)
        self.nodes = kept
        for shelf in other.subshelves:
            for own in [own for own in self.subshelves if own.name == shelf.name]:
                taken = own.without(shelf) or taken
        self.subshelves = [own for own in self.subshelves if own.nodes or own.subshelves]
        return taken

    def paths(self, above: tuple[str, ...] = ()) -> Iterator[tuple[list[str], Shelf]]:
        """(names from the top, shelf) of this shelf and all inside it."""
        here = (*above, self.name)
        yield list(here), self
        for shelf in self.subshelves:
            yield from shelf.paths(here)

    def full_serialize(self) -> dict[str, Any]:
        """This shelf and all inside it as plain dicts, its classes as they describe themselves."""
        return {
            "nodes": [cls.serialize_cls() for cls in self.nodes],
            "subshelves": [shelf.full_serialize() for shelf in self.subshelves],
            "name": self.name,
            "description": self.description,
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shelf):
            return NotImplemented
        return (self.name, self.description, self.nodes, self.subshelves) == (
            other.name, other.description, other.nodes, other.subshelves,
        )  # fmt: skip

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Shelf {self.name!r}: {len(self.nodes)} nodes, {len(self.subshelves)} shelves>"


def flatten_shelf(shelf: Shelf) -> tuple[list[NodeClass], list[Shelf]]:
    """(all classes of the shelf and those inside it, all these shelves)."""
    return flatten_shelves([shelf])


def flatten_shelves(shelves: Iterable[Shelf]) -> tuple[list[NodeClass], list[Shelf]]:
    """(all classes of the shelves and those inside them, each once, all these shelves)."""
    found = [inner for shelf in shelves for inner in shelf.walk()]
    return list(dict.fromkeys(cls for shelf in found for cls in shelf.nodes)), found
