"""Opening is not running: whatever a saved graph holds, none of it is imported, evaluated, unpickled or started."""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from funcnodes_jupyter.core.errors import DocumentError
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.nodes.shelves import builtin_library
from funcnodes_jupyter.wire.codec import encode_json
from funcnodes_jupyter.wire.events import NodeState
from funcnodes_jupyter.worker.journal import Journal
from funcnodes_jupyter.worker.nodestate import node_state
from funcnodes_jupyter.worker.patches import Patch
from funcnodes_jupyter.worker.savedform import parts_of, to_bytes
from funcnodes_jupyter.worker.trail import NOTHING, base_record, hash_of

Document = dict[str, Any]

MODULE = "canary_module"
"""A module that can be imported, and that nothing may import."""


class Reduced:
    """What unpickling makes into the call of a function."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def hostile_values(canary: Path) -> list[Any]:
    """Values that one reader or another would make code of."""
    touch = f"touch {canary}"
    code = f"__import__('os').system({touch!r})"
    pickled = [pickle.dumps(Reduced(canary), protocol) for protocol in (0, 2, 5)]
    encoded = [base64.b64encode(data).decode() for data in pickled]
    return [
        code,
        f"eval({code!r})",
        f"[x for x in [{code}]]",
        f"lambda: {code}",
        f"{{{{{code}}}}}",
        f"${{{code}}}",
        f"$({touch})",
        f"`{touch}`",
        f"!!python/object/apply:os.system ['{touch}']",
        f"!!python/module:{MODULE}",
        "{0.__class__.__init__.__globals__}",
        f"file://{canary}",
        str(canary),
        pickled[0].decode(),
        *encoded,
        *({"$type": name, "value": text} for name in ("pickle", "bytes", "str", "object") for text in encoded),
        *({"$type": name, "value": [code]} for name in ("os.system", "builtins.eval", "subprocess.Popen", MODULE, "code")),
        *({"$type": name, "value": code} for name in ("int", "float", "complex", "datetime", "date", "NoValue", "tuple")),
        {"$type": "dict", "value": [[{"$type": "eval", "value": code}, {"$type": "bytes", "value": encoded[0]}]]},
        {"$type": {"$type": "os.system"}, "value": touch},
        {"py/object": f"{MODULE}.Thing", "py/reduce": [{"py/function": "os.system"}, [touch]]},
        {"__class__": f"{MODULE}.Thing", "__module__": MODULE, "__reduce__": ["os.system", [touch]]},
        {"__proto__": {"x": code}, "constructor": code},
        {"_repr_html_": code, "_repr_mimebundle_": code},
        {"func": code, "code": code, "source": code, "module": MODULE, "encoder": f"{MODULE}.encode"},
    ]  # fmt: skip


IDS = [
    "os.system", "subprocess.Popen", "builtins.eval", "builtins.exec", f"{MODULE}.run", MODULE, f"callable.{MODULE}.run",
    "antigravity", "funcnodes_jupyter.core.process_child.main", "../../canary", "__import__('os')",
]  # fmt: skip
"""What would be run if the id of a node were the name of something."""


def hostile_graph(values: list[Any], ids: list[str]) -> Document:
    """A graph with these values in every field, and nodes with these ids."""
    nodes = []
    for place, value in enumerate(values):
        text = value if isinstance(value, str) else json.dumps(value)
        port = {
            "value": value, "name": text, "description": text, "default": value, "type": value,
            "value_options": {"options": [value, text], "min": value, text: value},
            "render_options": {"type": text, "src": value, "encoder": value, text: value},
            "required": value, "hidden": False, "does_trigger": value, "lost": text, "class": value, "on": {"after_set_value": value},
        }  # fmt: skip
        added = {
            key: port[key] for key in ("name", "type", "description", "default", "value_options", "render_options")
        }
        common = {
            "name": text, "node_name": text, "properties": {text: value, "files_dir": value}, "timeout": value,
            "retries": value, "module": text, "func": text, "class": value, "requirements": [text], text: value,
        }  # fmt: skip
        for kind in ("t.add", "t.shown", "t.list"):
            ports = {"a": port, "text": port, "count": port, "out": {**port, "is_input": False}, text: {"added": added}}
            mode = "frozen" if place % 2 else value
            nodes.append({"id": f"{kind}{place}", "node_id": kind, "io": ports, "mode": mode, **common})
        nodes += [{"id": f"{id}{place}", "node_id": id, "io": {"a": port, text: port}, **common} for id in ids]
        nodes.append({"id": f"text{place}", "node_id": text, "io": {text: port}, **common})
    uuids = [node["id"] for node in nodes]
    error = {"text": values[0], "type": MODULE, "traceback": values[0], "function": values[0], "line": values[0]}
    return {
        "format": 1,
        "nodes": nodes,
        "edges": [[first, values[0], second, "a"] for first, second in pairwise(uuids)],
        "feedback": [[uuids[0], "out", uuids[0], "a"]],
        "prop": {"startup": values[0], "packages": values, "files_dir": values[0]},
        "groups": {values[0]: {"node_ids": uuids[:2], "meta": {"name": values[0], "more": values}}},
        "view": {uuid: {"pos": values[0], "size": values[1], "more": values} for uuid in uuids},
        "errors": {uuid: {**error, "inputs": {"a": values[0]}, "exception": values} for uuid in uuids},
        "mode": values[0],
        "type_check": values[0],
        "dependencies": {MODULE: {"version": values[0]}},
        "external_workers": values,
    }


def previews_of(graph: Document) -> list[Document]:
    """Last previews of the graph's outputs that hold its first values."""
    bundle = {"text/html": graph["prop"]["startup"], "application/python-pickle": graph["external_workers"]}
    return [{"type": "preview", "node": node["id"], "io": "out", "data": bundle} for node in graph["nodes"]]


def write_document(folder: Path, graph: Document) -> None:
    (folder / "nodespace.json").write_text(json.dumps(graph))


def write_journal(folder: Path, graph: Document) -> None:
    """The graph as what a journal adds to one without nodes."""
    empty = to_bytes({"format": 1, "nodes": [], "edges": [], "view": {}})
    (folder / "nodespace.json").write_bytes(empty)
    patch = Patch({section: dict(texts) for section, texts in parts_of(graph).items()})
    Journal(folder / "nodespace.journal").start([base_record(hash_of(empty)), patch.to_json()])


async def heard_when_opened(
    process: Any, graph: Document, write: Callable[[Path, Document], None] = write_document
) -> list[list[str]]:
    """What a worker noted from the start until its end, opened by somebody who looks at everything."""
    process.script = "audited_worker.py"
    process.folder.mkdir(parents=True)
    write(process.folder, graph)
    (process.folder / "previews.json").write_text(json.dumps(previews_of(graph)))
    process.start()
    async with process.client() as client:
        state = await client.follow()
        ports = [[node.uuid, port.id] for node in state.nodes for port in node.io]
        assert len(state.nodes) == len(graph["nodes"])
        await client.command("watch", {"ports": ports})
        for uuid, io in ports[:400]:
            await client.command("get_io_value", {"node": uuid, "io": io})
        await client.command("get_library")
        await client.command("save")
        await client.command("stop")
    assert process.popen.wait(60) == 0
    return [json.loads(line) for line in (process.base / "heard").read_text().splitlines()]


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is there once something of a document has run; a module that would make it can be imported."""
    path = tmp_path / "canary"
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / f"{MODULE}.py").write_text(f"open({str(path)!r}, 'w').close()\ndef run(**given): pass\n")
    monkeypatch.syspath_prepend(str(modules))
    monkeypatch.setenv("PYTHONPATH", str(modules), prepend=":")
    return path


def has_run(canary: Path) -> bool:
    return canary.exists()


@pytest.mark.parametrize("write", [write_document, write_journal])
async def test_opening_a_graph_makes_code_of_nothing_in_it(
    process: Any, another_process: Any, canary: Path, write: Callable[[Path, Document], None]
) -> None:
    values = hostile_values(canary)
    harmless = hostile_graph(
        [f"list[{place}]" for place in range(len(values))], [f"none{place}" for place in range(len(IDS))]
    )
    usual = await heard_when_opened(another_process, harmless, write)
    heard = await heard_when_opened(process, hostile_graph(values, IDS), write)
    assert [note for note in heard if note not in usual] == []
    assert not has_run(canary)


async def test_what_a_careless_node_does_is_heard(process: Any, canary: Path) -> None:
    code = f"__import__({MODULE!r})"
    properties = {"pickle": base64.b64encode(pickle.dumps(json.loads)).decode()}
    node = {"id": "n", "node_id": "t.careless", "name": code, "io": {}, "properties": properties}
    graph = {"format": 1, "nodes": [node], "edges": [], "view": {}, "prop": {"startup": ""}, "external_workers": []}
    heard = await heard_when_opened(process, graph)
    assert has_run(canary)
    assert ["import", MODULE] in heard
    assert ["pickle.find_class", "('json', 'loads')"] in heard
    assert any(event == "exec" and text.startswith("<string>") and MODULE in text for event, text in heard)


@pytest.mark.parametrize(
    "key", ["type", "value_options", "render_options", "name", "description", "default", "required"]
)
@pytest.mark.parametrize(
    "nonsense",
    [
        5, "abc", None, [1], True, {"a": 1}, {"type": "enum"}, {"type": "enum", "values": 5, "keys": "x"},
        {"anyOf": 5}, {"anyOf": [{"type": "enum"}]}, {"type": "array", "items": 3}, {"$type": "NoValue", "value": None},
    ],
)  # fmt: skip
def test_nonsense_in_an_option_of_a_port_keeps_the_graph_from_nothing(key: str, nonsense: Any) -> None:
    saved = {"is_input": True, key: nonsense}
    nodes = [
        {"id": "known", "node_id": "basic.add", "name": "", "io": {"a": saved, "more": {"is_input": True, "added": {key: nonsense}}}},
        {"id": "unknown", "node_id": "no.such", "name": "", "io": {"a": saved}},
    ]  # fmt: skip
    nodespace = NodeSpace(builtin_library())
    nodespace.deserialize({"format": 1, "nodes": nodes, "edges": [], "view": {}})
    for node in nodespace.nodes.values():
        assert msgspec.json.decode(encode_json(node_state(node)), type=NodeState).uuid == node.uuid
    again = {node["id"]: node["io"]["a"] for node in nodespace.serialize()["nodes"]}
    assert again == {"known": saved, "unknown": saved}


@pytest.mark.parametrize(
    ("key", "nonsense"),
    [("timeout", "soon"), ("timeout", -1), ("retries", [1]), ("retries", -1), ("mode", {"a": 1}), ("mode", "later")],
)
def test_nonsense_in_a_setting_of_a_node_is_kept_and_does_nothing(key: str, nonsense: Any) -> None:
    record = {"id": "n", "node_id": "basic.add", "node_name": "Add", "name": "", "io": {}, key: nonsense}
    nodespace = NodeSpace(builtin_library())
    nodespace.deserialize({"format": 1, "nodes": [record], "edges": [], "view": {}})
    state = msgspec.json.decode(encode_json(node_state(nodespace.get_node_by_id("n"))), type=NodeState)
    assert (state.mode, state.timeout, state.retries) == ("enabled", None, 0)
    assert nodespace.serialize()["nodes"] == [record]


@pytest.mark.parametrize("depth", [600, 100_000])
@pytest.mark.parametrize("name", ["nodespace.json", "nodespace.journal", "previews.json", "record"])
async def test_a_file_that_is_nested_too_deep_does_not_keep_the_worker_from_starting(
    process: Any, name: str, depth: int
) -> None:
    deep = "[" * depth + "]" * depth
    node = f'{{"id": "n", "node_id": "t.add", "io": {{"a": {{"value": {deep}}}}}}}'
    process.folder.mkdir(parents=True)
    path = process.base / "workers" / "worker_w1.json" if name == "record" else process.folder / name
    texts = {
        "nodespace.json": f'{{"format": 1, "nodes": [{node}], "edges": []}}',
        "nodespace.journal": f'{{"new": {{"nodes": {{"n": {node}}}, "rest": {{"format": 1}}}}}}',
        "previews.json": f'[{{"type": "preview", "node": "n", "io": "out", "data": {{"text/html": {deep}}}}}]',
        "record": f'{{"name": "demo", "more": {deep}}}',
    }
    if name == "nodespace.journal":
        Journal(path).start([base_record(NOTHING), texts[name].encode()])
    else:
        path.write_text(texts[name])
    process.start()
    async with process.client() as client:
        assert (await client.follow()).nodes == []
    kept = [found.suffix for found in process.folder.glob("nodespace.unreadable-*")]
    assert kept == ([path.suffix] if name.startswith("nodespace") else [])


def test_a_name_that_is_no_text_is_refused_by_name() -> None:
    record = {"id": "n", "node_id": "basic.add", "name": {"a": 1}, "io": {}}
    with pytest.raises(DocumentError, match="the name of its node 'n' is no text"):
        NodeSpace(builtin_library()).deserialize({"format": 1, "nodes": [record], "edges": [], "view": {}})
