"""Which port of a call's node gets which argument."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence

from funcnodes_jupyter.convert.cells.draft import Source
from funcnodes_jupyter.convert.errors import CellError
from funcnodes_jupyter.core.callports import NO_NAME


def ports_of_call(
    signature: inspect.Signature | None,
    positional: Sequence[Source],
    named: Mapping[str, Source],
    called: str,
    line: int,
) -> dict[str, Source]:
    """The arguments by port: parameters by their name, those of ``*args`` numbered, others by their keyword.

    Raises:
        CellError: the callable does not take such arguments.
    """
    if signature is None:
        return {f"{NO_NAME}_{place}": source for place, source in enumerate(positional)} | dict(named)
    try:
        bound = signature.bind(*positional, **named)
    except TypeError as error:
        raise CellError(line, f"{called}(): {error}.") from None
    return dict(_ports(signature, bound.arguments))


def _ports(signature: inspect.Signature, arguments: Mapping[str, object]) -> Iterator[tuple[str, Source]]:
    for name, given in arguments.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            assert isinstance(given, tuple)
            for place, source in enumerate(given):
                yield f"{name}_{place}", source
        elif kind is inspect.Parameter.VAR_KEYWORD:
            assert isinstance(given, dict)
            yield from given.items()
        else:
            yield name, given  # type: ignore[misc]


def parameter_ports(signature: inspect.Signature | None) -> dict[str, dict[str, object]]:
    """A port for each parameter that can be given by itself, as declared in a saved graph."""
    if signature is None:
        return {}
    starred = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {
        name: {} if parameter.default is inspect.Parameter.empty else {"required": False}
        for name, parameter in signature.parameters.items()
        if parameter.kind not in starred
    }
