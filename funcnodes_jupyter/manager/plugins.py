"""The browser code of a worker's packs, asked of the worker, for its environment may be its own."""

from __future__ import annotations

import hashlib

from funcnodes_jupyter.manager.asking import ask_worker
from funcnodes_jupyter.manager.errors import NoSuchPluginError
from funcnodes_jupyter.manager.manager import WorkerManager
from funcnodes_jupyter.wire.client import BinaryResult
from funcnodes_jupyter.wire.errors import CommandError, WireError

TIMEOUT = 30.0


async def plugin_of(manager: WorkerManager, uuid: str, module: str, sha256: str) -> bytes:
    """The ES module of the pack with that ``module``, if it is the very one that is meant.

    Raises:
        WorkerNotFoundError: there is no such worker.
        WorkerNotRunningError: it has no process, or does not serve yet.
        NoSuchPluginError: it has no such code, has other code by now, or does not answer.
    """
    connection = await manager.roster.connection(uuid)
    try:
        answer = await ask_worker(connection, "get_plugin", TIMEOUT, module=module)
    except CommandError as error:
        raise NoSuchPluginError(error.message) from None
    except WireError as error:
        raise NoSuchPluginError(f"the worker does not give it: {error}") from None
    code = answer.data if isinstance(answer, BinaryResult) else b""
    if hashlib.sha256(code).hexdigest() != sha256:
        raise NoSuchPluginError(f"the code of {module} is another one by now")
    return code
