"""The public names: what node packs and users import, in one place. The package hands them on."""

from __future__ import annotations

from funcnodes_jupyter.core.byteencoder import ByteEncoder
from funcnodes_jupyter.core.decorator import InputMeta, NodeDecorator, OutputMeta, node
from funcnodes_jupyter.core.encoders import BytesEncdata, Encdata
from funcnodes_jupyter.core.errors import (
    FuncNodesError,
    IONotFoundError,
    MultipleConnectionsError,
    NodeClassNotFoundError,
    NodeConnectionError,
    NodeIdAlreadyExistsError,
    NodeReadyError,
    NodeTriggerError,
)
from funcnodes_jupyter.core.events import EventEmitter
from funcnodes_jupyter.core.groups import Groups
from funcnodes_jupyter.core.jsonencoder import JSONDecoder, JSONEncoder
from funcnodes_jupyter.core.library import Library
from funcnodes_jupyter.core.moduleshelf import module_to_shelf
from funcnodes_jupyter.core.node import Node
from funcnodes_jupyter.core.nodeio import NodeInput, NodeIO, NodeOutput
from funcnodes_jupyter.core.nodespace import NodeSpace
from funcnodes_jupyter.core.objectnodes import NodeClassMixin, instance_nodefunction
from funcnodes_jupyter.core.options import update_other_io_options, update_other_io_value_options
from funcnodes_jupyter.core.renderoptions import RenderOptions, update_render_options
from funcnodes_jupyter.core.shelf import Shelf, flatten_shelf, flatten_shelves
from funcnodes_jupyter.core.values import DataEnum, NoValue
from funcnodes_jupyter.core.waiting import run_until_complete

__all__ = [
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
