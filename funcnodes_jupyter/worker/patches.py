"""What changed of a saved graph: the new texts of its parts, and which parts are gone.

A patch says how things are now, and not what was done: applied to a graph that it is in already, it changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from funcnodes_jupyter.worker.savedform import Parts, as_object, text_of


@dataclass(slots=True)
class Patch:
    """By section: the ``new`` texts of parts by their keys, and the keys of those that are ``gone``."""

    new: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)

    def note(self, parts: Parts, section: str, key: str, text: bytes | None) -> None:
        """The part has this text now, None when it is gone; nothing if ``parts`` say so already."""
        known = parts[section].get(key)
        if text == known:
            return
        if text is None:
            self.gone.setdefault(section, []).append(key)
        else:
            self.new.setdefault(section, {})[key] = text

    def apply(self, parts: Parts) -> None:
        """Bring ``parts`` up to date."""
        for section, keys in self.gone.items():
            for key in keys:
                parts[section].pop(key, None)
        for section, texts in self.new.items():
            parts[section].update(texts)

    def to_json(self) -> bytes:
        """One line."""
        new = {section: as_object(texts) for section, texts in self.new.items()}
        return as_object({"new": as_object(new), "gone": text_of(self.gone)})
