"""All that a person can add: the shelves of a nodespace, with an index by node id."""

from __future__ import annotations

import difflib
import re
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from funcnodes_jupyter.core.errors import NodeClassNotFoundError, NodeIdAlreadyExistsError
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.shelf import NodeClass, Shelf

Resolver = Callable[[str], NodeClass | None]
"""Makes the class of an id, and the same one each time; None when it is no id of its kind."""


class Library(EventEmitter):
    """All shelves of a nodespace, with an index by node id.

    Tells ``after_add_shelf`` and ``after_remove_shelf``, each with ``shelf``; of an external shelf that is
    collected, in whatever thread that happens, and it is empty then. Lists and index are replaced, never
    changed, so whoever reads them meanwhile is not disturbed.

    Two packs may have nodes of one id. The first one keeps it; every node of a pack is also found as
    ``pack:id``, and so are those that came second.
    """

    __slots__ = ("__weakref__", "_external", "_index", "_of_packs", "_own", "_resolvers")

    def __init__(self, shelves: Iterable[Shelf] = ()) -> None:
        self._listeners = None
        self._own: list[Shelf] = []
        self._external: tuple[weakref.ref[Shelf], ...] = ()
        self._index: dict[str, NodeClass] = {}
        self._of_packs: dict[str, NodeClass] = {}  # by their full ids
        self._resolvers: dict[str, Resolver] = {}
        for shelf in shelves:
            self.add_shelf(shelf)

    @property
    def shelves(self) -> list[Shelf]:
        """The top shelves: this library's own, then external ones that still exist."""
        return [*self._own, *(shelf for shelf in (known() for known in self._external) if shelf is not None)]

    # --- adding -----------------------------------------------------------------------------------

    def add_shelf(self, shelf: Shelf, pack: str = "") -> Shelf:
        """Add a shelf, merging it with the one of the same name and pack; returns the shelf in the library.

        A class of the same module and name as a known one is that class again, reloaded, and takes its place.

        Args:
            pack: The name of the pack that brings it. It may bring ids that are known; see the class.

        Raises:
            NodeIdAlreadyExistsError: it brings another class with a known id. Nothing is changed then.
            ValueError: a class has no id. Nothing is changed then.
        """
        self._take_up(shelf, pack)
        known = next((own for own in self._own if (own.name, own.pack) == (shelf.name, pack)), None)
        if known is None:
            known = Shelf(shelf.name)
            known.pack = pack
            self._own = [*self._own, known]
        known.merge(shelf)
        self.emit("after_add_shelf", shelf=known)
        return known

    def add_external_shelf(self, shelf: Shelf) -> None:
        """Show a shelf that belongs to somebody else: it vanishes with its owner, or when nobody holds it.

        Raises:
            NodeIdAlreadyExistsError: see :meth:`add_shelf`.
        """
        if any(known() is shelf for known in self._external):
            return
        self._take_up(shelf)
        this = weakref.ref(self)
        node_ids = [cls.node_id for inner in shelf.walk() for cls in inner.nodes]
        name, description = shelf.name, shelf.description

        def vanished(gone: weakref.ref[Shelf]) -> None:
            library = this()
            if library is not None and gone in library._external:
                library._external = tuple(known for known in library._external if known is not gone)
                library._index = {key: cls for key, cls in library._index.items() if key not in node_ids}
                library.emit("after_remove_shelf", shelf=Shelf(name, description))

        self._external = (*self._external, weakref.ref(shelf, vanished))
        self.emit("after_add_shelf", shelf=shelf)

    def _take_up(self, shelf: Shelf, pack: str = "") -> None:
        coming: dict[str, NodeClass] = {}
        for cls in (cls for inner in shelf.walk() for cls in inner.nodes):
            known = self._of_packs.get(full_id(pack, cls.node_id)) if pack else self._index.get(cls.node_id)
            _refuse_other_class(cls, coming.get(cls.node_id) or known)
            coming[cls.node_id] = cls
        before = [self._known_as(cls, pack) for cls in coming.values()]
        reloaded = {old: cls for old, cls in zip(before, coming.values(), strict=True) if old not in (None, cls)}
        if reloaded:
            for inner in (inner for top in self.shelves for inner in top.walk()):
                inner.nodes = [reloaded.get(cls, cls) for cls in inner.nodes]
            self._index = {key: reloaded.get(cls, cls) for key, cls in self._index.items()}
        self._index = {**coming, **self._index} if pack else {**self._index, **coming}
        if pack:
            self._of_packs = {**self._of_packs, **_full_ids(coming.values(), pack)}

    def _known_as(self, cls: NodeClass, pack: str) -> NodeClass | None:
        """The class that ``cls`` is again."""
        for known in (self._of_packs.get(full_id(pack, cls.node_id)), self._index.get(cls.node_id)):
            if known is not None and _is_same(cls, known):
                return known
        return None

    def add_node(self, cls: NodeClass, shelf: str | Iterable[str] = "Basic") -> None:
        """Put a class on the shelf of that name, or path of names; shelves are made as needed."""
        self.add_nodes([cls], shelf)

    def add_nodes(self, classes: Iterable[NodeClass], shelf: str | Iterable[str] = "Basic") -> None:
        """Put classes on a shelf; see :meth:`add_node`."""
        path = [shelf] if isinstance(shelf, str) else list(shelf)
        made = Shelf(path[-1], nodes=classes)
        for name in reversed(path[:-1]):
            made = Shelf(name, subshelves=[made])
        self.add_shelf(made)

    def add_resolver(self, prefix: str, resolve: Resolver) -> None:
        """Ask ``resolve`` for classes whose id begins with ``prefix`` and that stand on no shelf."""
        self._resolvers[prefix] = resolve

    # --- removing ---------------------------------------------------------------------------------

    def remove_shelf(self, shelf: str | Shelf) -> None:
        """Take a top shelf away, by name, or what a shelf brought, by the shelf. Nodes that exist stay.

        What other shelves of the same name brought stays, too, when a shelf is given. Unknown ones are ignored.
        """
        told = [shelf] if isinstance(shelf, Shelf) else [top for top in self.shelves if top.name == shelf]
        if isinstance(shelf, str):
            gone = told
        elif any(top is shelf for top in self.shelves):
            gone = [shelf]
        else:
            touched = [own for own in self._own if own.name == shelf.name and own.without(shelf)]
            told = told if touched else []
            gone = [own for own in touched if not (own.nodes or own.subshelves)]
        self._own = [own for own in self._own if not _holds(gone, own)]
        self._external = tuple(known for known in self._external if not _holds(gone, known()))
        self._index, self._of_packs = {}, {}
        for top in self.shelves:
            classes = [cls for inner in top.walk() for cls in inner.nodes]
            self._index = {**{cls.node_id: cls for cls in classes}, **self._index}
            self._of_packs |= _full_ids(classes, top.pack) if top.pack else {}
        for one in told:
            self.emit("after_remove_shelf", shelf=one)

    # --- asking -----------------------------------------------------------------------------------

    def has_node_id(self, node_id: str) -> bool:
        return node_id in self._index or self._resolved(node_id) is not None

    def get_node_by_id(self, node_id: str, pack: str = "") -> NodeClass:
        """The class of that id, or of that full id ``pack:id``, else NodeClassNotFoundError, which names close ids.

        Args:
            pack: The pack that it has to come from, as a saved node says.
        """
        if pack:
            return self._class_of_pack(node_id, pack)
        try:
            return self._index[node_id]
        except KeyError:
            resolved = self._resolved(node_id)
            if resolved is not None:
                return resolved
            close = difflib.get_close_matches(node_id, self._index, n=3)
            raise NodeClassNotFoundError(node_id, close) from None

    def _class_of_pack(self, node_id: str, pack: str) -> NodeClass:
        found = self._of_packs.get(full_id(pack, node_id))
        if found is not None:
            return found
        other = self._index.get(node_id)
        # A class of no pack may be what became of it; that of another one is another node, whatever its id.
        if other is not None and not other.pack_name:
            return other
        raise NodeClassNotFoundError(node_id, pack=pack, other=other.pack_name if other else "")

    def id_of(self, cls: NodeClass) -> str:
        """What :meth:`get_node_by_id` finds the class by: its id, or its full id where another pack has the short one."""
        if self._index.get(cls.node_id, cls) is cls:
            return cls.node_id
        return next((key for key, known in self._of_packs.items() if known is cls), cls.node_id)

    def _resolved(self, node_id: str) -> NodeClass | None:
        if node_id in self._of_packs:
            return self._of_packs[node_id]
        for prefix, resolve in self._resolvers.items():
            if node_id.startswith(prefix):
                return resolve(node_id)
        return None

    def find_nodeid(self, node_id: str) -> list[list[str]]:
        """The paths of shelf names where the id stands."""
        return [
            path
            for top in self.shelves
            for path, shelf in top.paths()
            if any(c.node_id == node_id for c in shelf.nodes)
        ]

    def full_serialize(self) -> dict[str, Any]:
        """``{"shelves": [{"nodes", "subshelves", "name", "description"}]}``; see :meth:`Node.serialize_cls`."""
        return {"shelves": [shelf.full_serialize() for shelf in self.shelves]}

    def __iter__(self) -> Iterator[NodeClass]:
        return iter(dict.fromkeys([*self._index.values(), *self._of_packs.values()]))


def _holds(shelves: list[Shelf], shelf: Shelf | None) -> bool:
    """Whether this very shelf is among them; shelves of the same content are equal."""
    return any(one is shelf for one in shelves)


def full_id(pack: str, node_id: str) -> str:
    """The id that tells a pack's node from those of other packs, whichever way the pack's name is written (PEP 503)."""
    return f"{re.sub('[-_.]+', '-', pack).lower()}:{node_id}"


def _full_ids(classes: Iterable[NodeClass], pack: str) -> dict[str, NodeClass]:
    """Also by the pack that a class is of, where another one shows it."""
    return {full_id(name, cls.node_id): cls for cls in classes for name in (pack, cls.pack_name) if name}


def _is_same(cls: NodeClass, known: NodeClass) -> bool:
    return (known.__module__, known.__qualname__) == (cls.__module__, cls.__qualname__)


def _refuse_other_class(cls: NodeClass, known: NodeClass | None) -> None:
    if not cls.node_id:
        raise ValueError(f"{cls.__name__} has no node_id.")
    if known is not None and not _is_same(cls, known):
        raise NodeIdAlreadyExistsError(
            f"The node id {cls.node_id!r} belongs to {known.__module__}.{known.__qualname__}; "
            f"{cls.__module__}.{cls.__qualname__} needs another one."
        )
