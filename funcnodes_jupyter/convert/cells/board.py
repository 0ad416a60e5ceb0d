"""The drafts of a cell while it is read: who they are, who reads what, and who has to run before whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from funcnodes_jupyter.convert.cells.draft import Draft, Wire

_STATELESS = frozenset({"builtins", "operator", "math", ""})
"""Modules whose functions neither keep anything nor look at what others did."""


class Board:
    """Holds drafts in the order in which Python would run them."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self._readers: dict[str, list[str]] = {}
        self._changers: dict[str, list[str]] = {}
        """Of what a draft made: who changed it last; several when what they changed came together since."""
        self._object: dict[str, str] = {}
        """Of a draft that hands on what it gets, perhaps changed: the draft that made it first."""

    def free_key(self, wanted: str) -> str:
        """``wanted``, or with a number behind it when another draft has that key."""
        key, number = wanted, 1
        while key in self.drafts:
            number += 1
            key = f"{wanted}_{number}"
        return key

    def put(self, draft: Draft) -> Wire:
        """Take a draft up; returns its first output."""
        sources = dict.fromkeys(source.key for source in draft.inputs.values() if isinstance(source, Wire))
        for key in dict.fromkeys([*map(self._maker, sources), *_modules_of(draft)]):
            self._readers.setdefault(key, []).append(draft.key)
            for changer in self._changers.get(key, ()):
                self._run_after(draft, changer)
        self.drafts[draft.key] = draft
        return Wire(draft.key, next(iter(draft.outputs or draft.class_outputs), "out"))

    def changes(self, draft: Draft, wires: Sequence[Wire]) -> None:
        """``draft`` changes what these wires bring, and perhaps what comes with it.

        It runs after all that read it before; what reads it by another name from now on runs after the change.
        """
        keys = dict.fromkeys(self._maker(wire.key) for wire in wires)
        self._changes(draft, keys)
        self._unite([*keys, draft.key])

    def hands_on(self, draft: Draft, wires: Sequence[Wire]) -> None:
        """``draft`` gives, by names of its own, what these wires bring, or parts of it: who changes one changes all."""
        self._unite([*dict.fromkeys(self._maker(wire.key) for wire in wires), draft.key])

    def _unite(self, keys: Sequence[str]) -> None:
        first = keys[0]
        for key in keys[1:]:
            if key == first:
                continue
            self._object[key] = first
            self._readers.setdefault(first, []).extend(self._readers.pop(key, ()))
            changers = [*self._changers.get(first, ()), *self._changers.pop(key, ())]
            self._changers[first] = list(dict.fromkeys(changers))

    def _maker(self, key: str) -> str:
        while key in self._object:
            key = self._object[key]
        return key

    def does(self, draft: Draft, modules: Sequence[str] | None = None) -> None:
        """``draft`` is a call for what it does to its module: other calls of that come before or after it.

        Args:
            modules: Those that it does something to, when it does not to all that it knows.
        """
        self._changes(draft, _modules_of(draft) if modules is None else _keys_of(set(modules)))

    def _changes(self, draft: Draft, keys: Iterable[str]) -> None:
        for key in keys:
            for reader in self._readers.get(key, ()):
                self._run_after(draft, reader)
            for changer in self._changers.get(key, ()):
                self._run_after(draft, changer)
            self._changers[key] = [draft.key]

    def _run_after(self, draft: Draft, key: str) -> None:
        fed = any(isinstance(source, Wire) and source.key == key for source in draft.inputs.values())
        if key != draft.key and not fed and key not in draft.after:
            draft.after.append(key)


def _modules_of(draft: Draft) -> list[str]:
    """The modules whose state a node may read or change: that of what it calls, or those that its code imports."""
    if draft.node_id.startswith("py:"):
        modules = {draft.node_id.removeprefix("py:").rpartition(".")[0]}
    else:
        modules = {*map(module_of, draft.properties.get("imports", ())), *draft.modules}
    return _keys_of(modules)


def module_of(statement: str) -> str:
    """The module that an import is of."""
    return statement.split()[1]


def _keys_of(modules: set[str]) -> list[str]:
    return [f"module {module}" for module in sorted(modules - _STATELESS)]
