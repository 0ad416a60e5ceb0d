"""The immutable description of a port: made once per class, shared by all its instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from funcnodes_jupyter.core.datatypes import ANY_TYPE, TypeDescription
from funcnodes_jupyter.core.values import NoValue

PortCallback = Callable[..., Any]


class DefaultFactory:
    """A default made on reading: ``NodeInput.DefaultFactory(lambda io: …)``."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make


@dataclass(frozen=True, slots=True)
class PortSpec:
    """What a class says of one of its ports; an instance may override some of it."""

    id: str
    is_input: bool
    name: str = ""
    type: TypeDescription = ANY_TYPE
    description: str = ""
    default: Any = NoValue
    required: bool = True
    does_trigger: bool = True
    hidden: bool = False
    allow_multiple: bool = False
    value_options: Mapping[str, Any] = field(default_factory=dict)
    render_options: Mapping[str, Any] = field(default_factory=dict)
    on: Mapping[str, PortCallback | list[PortCallback]] = field(default_factory=dict)
    emit_value_set: bool = True
    added: bool = False
    """One node alone has the port, its class does not."""

    @property
    def label(self) -> str:
        """The name shown to a person: the name given, else the id."""
        return self.name or self.id


OVERRIDABLE = frozenset(
    {"name", "description", "default", "required", "does_trigger", "hidden", "value_options", "render_options", "type"}
)
"""What an instance's ``io_options`` may set differently from its class (``on`` adds callbacks)."""
