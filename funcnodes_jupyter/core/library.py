"""What a person can add: node classes on shelves, shelves in a library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from funcnodes_jupyter.core.errors import NodeClassNotFoundError, NodeIdAlreadyExistsError
from funcnodes_jupyter.core.node import Node

NodeClass = type[Node]


class Shelf:
    """A named group of node classes, with shelves inside. Two shelves of the same content are equal.

    Args:
        nodes: Classes; one that stands there twice is kept once.
    """

    __slots__ = ("description", "name", "nodes", "subshelves")

    def __init__(
        self, name: str, description: str = "", nodes: Iterable[NodeClass] = (), subshelves: Iterable[Shelf] = ()
    ) -> None:
        self.name = name
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
        """Take over the nodes and shelves of ``other``, matching shelves by name."""
        self.description = self.description or other.description
        self.nodes = list(dict.fromkeys([*self.nodes, *other.nodes]))
        for shelf in other.subshelves:
            known = next((own for own in self.subshelves if own.name == shelf.name), None)
            if known is None:
                self.subshelves.append(shelf)
            else:
                known.merge(shelf)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Shelf):
            return NotImplemented
        return (self.name, self.description, self.nodes, self.subshelves) == (
            other.name, other.description, other.nodes, other.subshelves,
        )  # fmt: skip

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Shelf {self.name!r}: {len(self.nodes)} nodes, {len(self.subshelves)} shelves>"


class Library:
    """All shelves of a nodespace, with an index by node id."""

    __slots__ = ("_index", "shelves")

    def __init__(self, shelves: Iterable[Shelf] = ()) -> None:
        self.shelves: list[Shelf] = []
        self._index: dict[str, NodeClass] = {}
        for shelf in shelves:
            self.add_shelf(shelf)

    def add_shelf(self, shelf: Shelf) -> Shelf:
        """Add a shelf, merging it with the one of the same name; returns the shelf in the library.

        Raises:
            NodeIdAlreadyExistsError: it brings another class with a known id. Nothing is changed then.
        """
        classes = [cls for inner in shelf.walk() for cls in inner.nodes]
        for cls in classes:
            self._refuse_other_class(cls)
        self._index.update((cls.node_id, cls) for cls in classes)
        known = next((own for own in self.shelves if own.name == shelf.name), None)
        if known is None:
            copied = Shelf(shelf.name, shelf.description)
            copied.merge(shelf)
            self.shelves.append(copied)
            return copied
        known.merge(shelf)
        return known

    def add_node(self, cls: NodeClass, shelf: str | Iterable[str] = "Basic") -> None:
        """Put a class on the shelf of that name, or path of names; shelves are made as needed."""
        path = [shelf] if isinstance(shelf, str) else list(shelf)
        made = Shelf(path[-1], nodes=[cls])
        for name in reversed(path[:-1]):
            made = Shelf(name, subshelves=[made])
        self.add_shelf(made)

    def add_nodes(self, classes: Iterable[NodeClass], shelf: str | Iterable[str] = "Basic") -> None:
        """Put classes on a shelf; see :meth:`add_node`."""
        path = shelf if isinstance(shelf, str) else list(shelf)
        for cls in classes:
            self.add_node(cls, path)

    def remove_shelf(self, name: str) -> None:
        """Take a top shelf and its classes away. Nodes that exist stay as they are."""
        self.shelves = [shelf for shelf in self.shelves if shelf.name != name]
        kept = {cls.node_id: cls for shelf in self.shelves for inner in shelf.walk() for cls in inner.nodes}
        self._index = kept

    def has_node_id(self, node_id: str) -> bool:
        return node_id in self._index

    def get_node_by_id(self, node_id: str) -> NodeClass:
        """The class of that id, else NodeClassNotFoundError, which names close ids."""
        try:
            return self._index[node_id]
        except KeyError:
            close = difflib.get_close_matches(node_id, self._index, n=3)
            raise NodeClassNotFoundError(node_id, close) from None

    def find_nodeid(self, node_id: str) -> list[list[str]]:
        """The paths of shelf names where the id stands."""
        found: list[list[str]] = []

        def look(shelf: Shelf, path: list[str]) -> None:
            here = [*path, shelf.name]
            if any(cls.node_id == node_id for cls in shelf.nodes):
                found.append(here)
            for inner in shelf.subshelves:
                look(inner, here)

        for shelf in self.shelves:
            look(shelf, [])
        return found

    def __iter__(self) -> Iterator[NodeClass]:
        return iter(self._index.values())

    def _refuse_other_class(self, cls: NodeClass) -> None:
        if not cls.node_id:
            raise ValueError(f"{cls.__name__} has no node_id.")
        known = self._index.get(cls.node_id)
        same = known is None or (known.__module__, known.__qualname__) == (cls.__module__, cls.__qualname__)
        if not same:
            raise NodeIdAlreadyExistsError(
                f"The node id {cls.node_id!r} belongs to {known.__module__}.{known.__qualname__}; "  # type: ignore[union-attr]
                f"{cls.__module__}.{cls.__qualname__} needs another one."
            )


def flatten_shelf(shelf: Shelf) -> tuple[list[NodeClass], list[Shelf]]:
    """(all classes of the shelf and those inside it, all these shelves)."""
    shelves = list(shelf.walk())
    return [cls for inner in shelves for cls in inner.nodes], shelves
