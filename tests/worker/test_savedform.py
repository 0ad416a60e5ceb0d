"""How a saved graph looks, and which files are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from funcnodes_jupyter.core.encoding import decode_value, encode_value
from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.worker import savedform


def document(*uuids: str, **extra: Any) -> dict[str, Any]:
    nodes = [{"id": uuid, "name": "", "node_id": "t.add", "io": {}} for uuid in uuids]
    view = {uuid: {"pos": [1.0, 2.0]} for uuid in uuids}
    return {"format": 1, "nodes": nodes, "edges": [], "prop": {}, "groups": {}, "view": view, **extra}


def test_one_line_a_node_and_an_edge() -> None:
    saved = savedform.to_bytes(document("a", "b", edges=[["a", "out", "b", "a"]])).decode()
    lines = saved.splitlines()
    assert sum('"node_id":"t.add"' in line for line in lines) == 2
    assert '["a","out","b","a"]' in lines
    assert '"a": {"pos":[1.0,2.0]},' in lines
    assert json.loads(saved) == document("a", "b", edges=[["a", "out", "b", "a"]])


def test_moving_a_node_changes_one_line() -> None:
    before = savedform.to_bytes(document("a", "b")).splitlines()
    moved = document("a", "b")
    moved["view"]["b"]["pos"] = [3.0, 4.0]
    after = savedform.to_bytes(moved).splitlines()
    assert len([1 for old, new in zip(before, after, strict=True) if old != new]) == 1


def test_unknown_keys_survive() -> None:
    saved = document("a", later={"x": [1]}, kept_edges=[["?", "out", "a", "a"]], rest=3)
    assert savedform.from_bytes(savedform.to_bytes(saved)) == saved


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"format": "other/1", "nodes": [], "edges": []}',
        b'{"format": 1}',
        b'{"format": 1, "nodes": [3], "edges": []}',
        b'{"format": 1, "nodes": [{"id": "a"}], "edges": []}',
        b'{"backend": {"nodes": [], "edges": []}, "view": {}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_graph_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        savedform.from_bytes(data)


def test_what_has_no_form_does_not_lose_the_rest() -> None:
    strange = document("a")
    strange["prop"] = {"what": object(), "text": type("Text", (str,), {})("x")}
    assert savedform.from_bytes(savedform.to_bytes(strange))["prop"] == {"what": None, "text": "x"}


def test_text_that_is_no_unicode_does_not_lose_the_rest() -> None:
    error = {"text": "no file caf\udce9.csv"}
    document = {"format": 1, "nodes": [], "edges": [], "errors": {"a": error}, "view": {}}
    assert savedform.from_bytes(savedform.to_bytes(document))["errors"] == {"a": {"text": "no file caf\\udce9.csv"}}


@pytest.mark.parametrize(
    "value", [2**63, -(2**70), 10**5000, -(10**5000)], ids=lambda value: f"{value.bit_length()} bits"
)
def test_whole_numbers_of_any_length_come_back(value: int) -> None:
    record = {"id": "a", "node_id": "x", "io": {"n": {"value": encode_value(value)}}}
    saved = savedform.from_bytes(savedform.to_bytes({"format": 1, "nodes": [record], "edges": [], "view": {}}))
    assert decode_value(saved["nodes"][0]["io"]["n"]["value"]) == value


def test_it_is_put_together_from_its_parts() -> None:
    error, edge = {"text": "ValueError: ä"}, ["a", "out", "b", "a"]
    saved = document("a", "b", edges=[edge, 3], feedback=[edge], errors={"a": error}, groups={"g": {}}, later=None)
    parts = savedform.parts_of(saved)
    assert parts["rest"] == {"format": b"1", "later": b"null", "prop": b"{}"}
    assert sorted(parts["edges"]) == ["3", '["a","out","b","a"]']
    assert json.loads(savedform.joined(parts)) == {**saved, "edges": [3, edge]}
