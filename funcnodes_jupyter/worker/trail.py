"""Which document a journal leads on from, and what it adds to it.

A journal names the document that it continues, by the hash of its bytes, and, before a newer one is put in its place,
that one, too. So it is known of any document whether the journal belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from funcnodes_jupyter.core.document import FORMAT_VERSION
from funcnodes_jupyter.worker.journal import Read
from funcnodes_jupyter.worker.patches import Patch
from funcnodes_jupyter.worker.savedform import text_of

NOTHING = "none"
"""What stands for the hash where there was no document yet."""

Step = str | Patch
"""The hash of a document that held all that was done before, or what was done."""


class _Record(msgspec.Struct):
    base: str = ""
    into: str = ""
    format: int = FORMAT_VERSION
    new: dict[str, dict[str, msgspec.Raw]] = {}
    gone: dict[str, list[str]] = {}


def hash_of(document: bytes) -> str:
    """What a document is named by."""
    return sha256(document).hexdigest()


def base_record(document: str) -> bytes:
    """The first record of a journal that continues the document of that hash."""
    return text_of({"base": document, "format": FORMAT_VERSION})


def into_record(document: str) -> bytes:
    """The record that says: the document of that hash holds all that stands before."""
    return text_of({"into": document})


def read_step(record: bytes) -> Step:
    """What a record means.

    Raises:
        ValueError: it is none of ours, or of a later version.
    """
    try:
        found = msgspec.json.decode(record, type=_Record)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if found.format > FORMAT_VERSION:
        raise ValueError("It was written by a later version.")
    new = {section: {key: bytes(text) for key, text in texts.items()} for section, texts in found.new.items()}
    return found.base or found.into or Patch(new, found.gone)


@dataclass(slots=True)
class Trail:
    """What leads on from a document: its ``patches``, and the document's hash that the next journal is to name.

    ``last`` says whether the last of the journals belongs to it, ``known`` whether one of them does.
    """

    end: str
    patches: list[Patch] = field(default_factory=list)
    known: bool = False
    last: bool = False


def follow(document: str, journals: Sequence[Read[Step] | None]) -> Trail:
    """The trail of the document of that hash through ``journals``, each of which may continue the one before it."""
    trail = Trail(document)
    for journal in journals:
        trail.last = journal is not None and trail.end in journal.records
        if journal is not None and trail.last:
            trail.known = True
            begin = journal.records.index(trail.end)
            trail.patches += [step for step in journal.records[begin:] if isinstance(step, Patch)]
            trail.end = [step for step in journal.records if isinstance(step, str)][-1]
    return trail
