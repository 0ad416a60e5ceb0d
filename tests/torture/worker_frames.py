"""A valid frame of every command of a worker, for the graph that :data:`GRAPH` makes."""

from __future__ import annotations

from typing import Any

GRAPH: tuple[tuple[str, dict[str, Any]], ...] = (
    ("clear", {}),
    ("set_mode", {"mode": "reactive"}),
    ("set_type_check", {"check": "warn"}),
    ("add_node", {"node_id": "t.add", "uuid": "a", "inputs": {"a": 1}}),
    ("add_node", {"node_id": "t.add", "uuid": "b"}),
    ("add_node", {"node_id": "t.shown", "uuid": "s", "inputs": {"text": "x"}}),
    ("add_node", {"node_id": "t.fail", "uuid": "f"}),
    ("add_edge", {"src_uuid": "a", "src_io": "out", "dst_uuid": "b", "dst_io": "a"}),
)
SEEDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("uuid", {}),
    ("name", {}),
    ("heartbeat", {}),
    ("get_meta", {}),
    ("get_runstate", {}),
    ("save", {}),
    ("full_state", {"batches": True}),
    ("resume", {"seq": 3, "batches": True}),
    ("get_nodes", {}),
    ("get_edges", {}),
    ("view_state", {}),
    ("get_library", {}),
    ("clear", {}),
    ("add_node", {"node_id": "t.add", "uuid": "new", "name": "N", "frontend": {"pos": [1, 2]}, "inputs": {"a": 4, "b": 2}}),
    ("remove_node", {"uuid": "new"}),
    ("update_node", {"uuid": "a", "io_id": "a", "value": 5}),
    ("update_node", {"uuid": "f", "io_id": "text", "value": "said"}),
    ("update_node", {"uuid": "a", "io_id": "b", "text": "7"}),
    ("update_node", {"uuid": "a", "input_id": "b", "reset": True}),
    (
        "update_node",
        {
            "uuid": "b", "name": "B", "mode": "enabled", "timeout": 5.0, "retries": 1,
            "frontend": {"pos": [3, 4.5], "size": [100, 50], "collapsed": True},
        },
    ),
    ("add_edge", {"src_uuid": "a", "src_io": "out", "dst_uuid": "b", "dst_io": "b", "replace": True, "feedback": False}),
    ("remove_edge", {"src_uuid": "a", "src_io": "out", "dst_uuid": "b", "dst_io": "b"}),
    (
        "batch",
        {
            "commands": [
                {"cmd": "update_node", "kwargs": {"uuid": "a", "io_id": "a", "value": 2}},
                {"cmd": "add_node", "kwargs": {"node_id": "t.add"}},
                {"cmd": "run", "kwargs": {}},
            ]
        },
    ),
    ("group_nodes", {"nodes": ["a", "b"], "name": "G", "group_id": "g"}),
    ("group_nodes", {"nodes": ["s"], "groups": ["g"], "group_id": "h"}),
    ("get_groups", {}),
    (
        "update_group",
        {
            "group_id": "g", "name": "H", "meta": {"color": "blue", "collapsed": True}, "nodes": ["a"], "parent_group": None,
            "by": [3, -4.5],
        },
    ),
    ("ungroup", {"group_id": "g"}),
    ("undo", {}),
    ("redo", {}),
    ("watch", {"ports": [["a", "out"], ["s", "out"]]}),
    ("unwatch", {"ports": [["a", "out"]]}),
    ("get_io_value", {"node": "a", "io": "out"}),
    ("picture", {"seconds": 0.1}),
    ("get_table_page", {"node": "s", "io": "out", "offset": 0, "limit": 10}),
    ("get_io_full_value", {"node": "s", "io": "text", "format": "pickle"}),
    ("trigger_node", {"uuid": "a"}),
    ("run", {"nodes": ["a"], "scope": "from"}),
    ("cancel", {"node": "a"}),
    ("set_mode", {"mode": "paused"}),
    ("add_callable", {"node_id": "py:math.sqrt", "uuid": "root", "name": "R", "inputs": {"x": 4}}),
    ("remove_node", {"uuid": "root"}),
    ("apply_cell", {"source": "x = 1\ny = x + k\n", "kernel": {"k": {"kind": "value", "text": ""}}}),
    ("export_cell", {"form": "cell"}),
    ("get_variables", {}),
    ("get_versions", {"packages": ["numpy", "nobody"]}),
    ("set_pickled", {"uuid": "a", "io_id": "a", "data": "SwUu", "digest": "d"}),
    ("send_part", {"key": "k", "data": "SwUu", "begin": True}),
    ("set_pickled", {"uuid": "a", "io_id": "a", "upload": "k", "sizes": [3]}),
    ("get_io_full_value", {"node": "s", "io": "text", "format": "pickle", "shared": True}),
    ("release_shared", {"token": "00"}),
    ("define_function", {"source": "def f(a: int = 1):\n    return a\n", "name": "F"}),
    ("add_node", {"node_id": "nb:f", "uuid": "fn"}),
    ("set_code", {"uuid": "fn", "source": "def f(a: int = 1, b=2):\n    return a\n"}),
    ("trust_code", {"nodes": ["fn"]}),
    ("forget_function", {"name": "f"}),
    ("remove_node", {"uuid": "fn"}),
    ("set_type_check", {"check": "refuse"}),
    (
        "load_data",
        {
            "data": {
                "format": 1,
                "nodes": [
                    {"id": "a", "node_id": "t.add", "name": "A", "io": {"a": {"is_input": True, "value": 4}}},
                    {"id": "b", "node_id": "t.add", "name": "", "io": {}, "properties": {"k": [1]}, "mode": "frozen"},
                ],
                "edges": [["a", "out", "b", "a"]],
                "feedback": [["b", "out", "a", "b"]],
                "groups": {"g": {"node_ids": ["a"], "child_groups": [], "parent_group": None, "meta": {"name": "G"}}},
                "view": {"a": {"pos": [1, 2]}},
                "errors": {},
                "prop": {},
                "mode": "paused",
            }
        },
    ),
)  # fmt: skip
