"""The public names, pinned: one that goes breaks node packs, one that comes has to be meant."""

from __future__ import annotations

import subprocess
import sys

import pytest

import funcnodes_jupyter as fn
from funcnodes_jupyter.core import api

NAMES = [
    "ByteEncoder",
    "BytesEncdata",
    "DataEnum",
    "Encdata",
    "EventEmitter",
    "FuncNodesError",
    "Groups",
    "IONotFoundError",
    "InputMeta",
    "JSONDecoder",
    "JSONEncoder",
    "Library",
    "MultipleConnectionsError",
    "NoValue",
    "Node",
    "NodeClassMixin",
    "NodeClassNotFoundError",
    "NodeConnectionError",
    "NodeDecorator",
    "NodeIO",
    "NodeIdAlreadyExistsError",
    "NodeInput",
    "NodeOutput",
    "NodeReadyError",
    "NodeSpace",
    "NodeTriggerError",
    "OutputMeta",
    "RenderOptions",
    "Shelf",
    "flatten_shelf",
    "flatten_shelves",
    "instance_nodefunction",
    "module_to_shelf",
    "node",
    "run_until_complete",
    "update_other_io_options",
    "update_other_io_value_options",
    "update_render_options",
]

METHODS = {
    "Node": """
        add_input add_output cleanup full_serialize func get_input get_output get_property id initialize_and_call inputs
        name node_id node_name outputs progress properties remove_input remove_output request_trigger serialize
        serialize_cls set_property status uuid on off once on_error emit""",
    "NodeInput": """
        DefaultFactory c connect connections d default disconnect does_trigger forwards_from full_serialize id is_connected
        name required serialize set_value type update_value_options uuid value value_options""",
    "NodeOutput": "c connect connections d disconnect full_serialize id is_connected serialize set_value uuid value",
    "NodeSpace": """
        add_node_by_id add_node_instance add_shelf await_done clear deserialize edges full_serialize get_node_by_id
        get_property groups lib nodes remove_node_by_id remove_node_instance remove_property remove_shelf serialize
        set_property""",
    "Groups": """
        add_group add_nodes_to_group find_group_of_node get_all_groups get_group get_group_ancestors group_together
        remove_group remove_nodes_from_group serialize set_group_meta set_group_parent ungroup_nodes""",
    "Library": """
        add_external_shelf add_node add_nodes add_shelf find_nodeid full_serialize get_node_by_id has_node_id
        remove_shelf shelves""",
    "Shelf": "description from_dict name nodes subshelves",
    "JSONEncoder": "add_encoder apply_custom_encoding",
    "JSONDecoder": "add_decoder",
    "ByteEncoder": "add_encoder encode",
    "NodeClassMixin": """
        NODECLASSID cleanup get_all_nodeclasses get_all_nodefunctions get_all_nodes get_nodeclass get_nodes name uuid""",
    "DataEnum": "v",
}


def test_the_names_are_these() -> None:
    assert sorted(api.__all__) == sorted(NAMES)


@pytest.mark.parametrize("name", METHODS)
def test_what_they_have(name: str) -> None:
    cls = getattr(api, name)
    instance_attributes = set(getattr(cls, "__slots__", ()))
    missing = [
        member for member in METHODS[name].split() if not hasattr(cls, member) and member not in instance_attributes
    ]
    assert missing == []


@pytest.mark.parametrize("name", NAMES)
def test_the_package_hands_them_on(name: str) -> None:
    assert getattr(fn, name) is getattr(api, name)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        _ = fn.Nonsense


def test_importing_package_and_core_loads_nothing_of_it() -> None:
    code = "import sys, funcnodes_jupyter, funcnodes_jupyter.core; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in loaded if name.startswith("funcnodes_jupyter")} == {
        "funcnodes_jupyter",
        "funcnodes_jupyter.core",
    }
