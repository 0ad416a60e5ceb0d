"""Who may use a socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from jupyter_server.auth.decorator import authorized, ws_authenticated

AUTH_RESOURCE = "funcnodes"
"""What Jupyter's authorizer is asked about, on every route and socket."""

Method = TypeVar("Method", bound=Callable[..., Awaitable[None]])


def may_execute(method: Method) -> Method:
    """Let a socket's ``get`` be called by logged-in users only, and of those by who may execute code.

    Driving a worker is executing code, whatever the request looks like. Others get 403.
    """
    # Jupyter types its decorator for use without arguments only.
    permitted = cast(Any, authorized)(action="execute", resource=AUTH_RESOURCE)(method)
    return cast(Method, ws_authenticated(permitted))
