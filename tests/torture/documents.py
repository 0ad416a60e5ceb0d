"""Random documents: mostly graphs, partly nonsense, with keys that nobody knows at every level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from kinds import KINDS

_words = st.sampled_from(("a", "b", "out", "more", "strange", "x-1", "_triggerinput", "_triggeroutput"))
_ids = st.sampled_from(tuple("nmopq"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.text(max_size=3)
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2), max_leaves=4
)  # fmt: skip
tagged = st.builds(
    lambda tag, value: {"$type": tag, "value": value},
    st.sampled_from(("float", "tuple", "set", "frozenset", "bytes", "dict", "NoValue", "other")),
    json_values | st.sampled_from(("inf", "AAE=", [1, 2], [[1, 2]])),
)
values = json_values | tagged
unknown = st.dictionaries(st.sampled_from(("later", "other", "")), json_values, max_size=1)


def _some(required: Mapping[str, Any], optional: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    known = st.fixed_dictionaries(dict(required), optional=dict(optional))
    return st.builds(lambda found, more: {**more, **found}, known, unknown)


@st.composite
def _often(draw: st.DrawFn, right: st.SearchStrategy[Any]) -> Any:
    """The right thing, or now and then anything."""
    return draw(right if draw(st.integers(0, 7)) < 7 else json_values)


ports = _some(
    {},
    {
        "is_input": st.booleans(),
        "value": values,
        "name": _often(st.text(max_size=2)),
        "default": values,
        "hidden": _often(st.booleans()),
        "required": _often(st.booleans()),
        "does_trigger": _often(st.booleans()),
        "value_options": _often(st.dictionaries(st.sampled_from(("min", "options")), json_values, max_size=2)),
        "render_options": _often(st.dictionaries(st.sampled_from(("type", "src")), json_values, max_size=2)),
        "type": _often(st.sampled_from(("int", "Any"))),
        "added": _often(_some({}, {"name": st.text(max_size=2), "type": st.just("int"), "default": values})),
    },
)
nodes = _some(
    {"id": _ids, "node_id": st.sampled_from((*(f"k.{kind}" for kind in KINDS), "gone.node"))},
    {
        "name": _often(st.text(max_size=2)),
        "io": _often(st.dictionaries(_words, _often(ports), max_size=3)),
        "properties": _often(st.dictionaries(st.sampled_from(("p", "q")), json_values, max_size=2)),
        "mode": _often(st.sampled_from(("enabled", "disabled", "bypassed", "frozen"))),
        "timeout": _often(st.sampled_from((None, 1.5))),
        "retries": _often(st.integers(0, 2)),
        "node_name": _often(st.text(max_size=2)),
    },
)
right_edges = st.tuples(_ids, _words, _ids, _words).map(list)
edges = st.one_of(right_edges, right_edges, right_edges, scalars, st.lists(scalars, max_size=5))
groups = _some(
    {},
    {
        "node_ids": _often(st.lists(_often(_ids), max_size=2)),
        "child_groups": _often(st.lists(st.sampled_from("gh"), max_size=1)),
        "parent_group": _often(st.sampled_from((None, "g", "h"))),
        "meta": _often(st.dictionaries(st.sampled_from("tu"), json_values, max_size=1)),
    },
)
error = _some({}, {key: _often(st.text(max_size=2)) for key in ("text", "type", "traceback", "function", "line")})
documents = _often(
    _some(
        {"nodes": _often(st.lists(_often(nodes), max_size=4, unique_by=lambda node: str(node)[:12]))},
        {
            "format": _often(st.just(1)),
            "edges": _often(st.lists(edges, max_size=6)),
            "feedback": _often(st.lists(edges, max_size=2)),
            "prop": _often(st.dictionaries(st.text(max_size=2), json_values, max_size=2)),
            "groups": _often(st.dictionaries(st.sampled_from("gh"), _often(groups), max_size=2)),
            "view": _often(st.dictionaries(_ids, _often(st.dictionaries(st.sampled_from(("pos", "size")), json_values, max_size=2)), max_size=2)),
            "errors": _often(st.dictionaries(_ids, _often(error), max_size=2)),
            "mode": _often(st.sampled_from(("paused", "reactive"))),
        },
    )
)  # fmt: skip
