"""The drafts of a cell while it is read: who they are, who reads what, and who has to run before whom."""

from __future__ import annotations

from funcnodes_jupyter.convert.cells.draft import Draft, Wire


class Board:
    """Holds drafts in the order in which Python would run them."""

    def __init__(self) -> None:
        self.drafts: dict[str, Draft] = {}
        self._readers: dict[str, list[str]] = {}
        self._changer: dict[str, str] = {}

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
        for key in sources:
            self._readers.setdefault(key, []).append(draft.key)
            self._run_after(draft, self._changer.get(key))
        self.drafts[draft.key] = draft
        return Wire(draft.key, next(iter(draft.outputs), "out"))

    def changes(self, draft: Draft, wires: list[Wire]) -> None:
        """``draft``, which is about to be put, changes what these wires bring, and perhaps what comes with it.

        It runs after all that read it before; what reads it by another name from now on runs after the change.
        """
        for key in dict.fromkeys(wire.key for wire in wires):
            for reader in self._readers.get(key, ()):
                self._run_after(draft, reader)
            self._run_after(draft, self._changer.get(key))
            self._changer[key] = draft.key

    def _run_after(self, draft: Draft, key: str | None) -> None:
        fed = any(isinstance(source, Wire) and source.key == key for source in draft.inputs.values())
        if key is not None and key != draft.key and not fed and key not in draft.after:
            draft.after.append(key)
