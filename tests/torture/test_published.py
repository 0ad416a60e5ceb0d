"""Random documents through the published form: graphs come back to the byte, nonsense is refused or becomes a graph."""

from __future__ import annotations

import json
from typing import Any

from documents import documents
from kinds import Recorder

from funcnodes_jupyter.convert.published import OURS, from_published, to_published
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.worker.savedform import from_bytes, to_bytes


def test_every_graph_goes_through_unharmed(torture: Any) -> None:
    def holds(document: Any) -> None:
        space = NodeSpace(Recorder().library())
        try:
            space.deserialize(document)
        except DocumentError:
            return
        saved = from_bytes(to_bytes(space.serialize()))
        state = json.loads(json.dumps(to_published(saved)))
        assert to_bytes(from_published(state)) == to_bytes(saved)
        del state[OURS]
        NodeSpace(Recorder().library()).deserialize(from_published(state))

    torture.check(documents, holds, short=200, full=10_000)


def test_nonsense_is_refused_or_becomes_a_graph(torture: Any) -> None:
    def holds(backend: Any) -> None:
        for state in ({"backend": backend}, {OURS: backend}):
            try:
                document = from_published(state)
            except DocumentError:
                continue
            NodeSpace(Recorder().library()).deserialize(from_bytes(to_bytes(document)))

    torture.check(documents, holds, short=200, full=10_000)
