"""The server and its workers end together."""

from __future__ import annotations

from typing import Any

from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.server.extension import FuncNodesApp


async def test_running_workers_keep_an_idle_server_alive(app: FuncNodesApp, rest: Any) -> None:
    assert app.current_activity() is None
    _, worker = await rest("POST", "workers", {})
    assert app.current_activity() == {"workers": 1}
    await rest("POST", f"workers/{worker['uuid']}/stop")
    assert app.current_activity() is None


async def test_the_servers_end_takes_its_workers_along(app: FuncNodesApp, jp_serverapp: Any, rest: Any) -> None:
    identities = [ProcessId.of((await rest("POST", "workers", {}))[1]["pid"]) for _ in range(2)]
    await jp_serverapp.extension_manager.stop_all_extensions()
    assert all(identity is not None and not identity.alive() for identity in identities)
    assert app.manager is not None
    assert {worker.state for worker in await app.manager.list()} == {"stopped"}
