"""The server and its workers end together."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from driving import client_of, start_node

from funcnodes_jupyter.manager.process_id import ProcessId
from funcnodes_jupyter.server.extension import FuncNodesApp

PATIENCE = 30.0


@pytest.mark.usefixtures("trouble")
async def test_graphs_that_compute_keep_an_idle_server_alive(app: FuncNodesApp, jp_serverapp: Any, rest: Any) -> None:
    _, worker = await rest("POST", "workers", {})
    assert app.manager is not None
    told: asyncio.Queue[str] = asyncio.Queue()
    app.manager.subscribe(lambda workers: told.put_nowait(workers[0].activity))

    async def until(activity: str) -> None:
        while await asyncio.wait_for(told.get(), PATIENCE) != activity:
            pass

    async with client_of(await app.manager.roster.connection(worker["uuid"])) as client:
        await until("idle")
        assert app.current_activity() is None
        await start_node(client, "trouble.wait", seconds=1000)
        await until("busy")
        assert app.current_activity() == {"busy_graphs": 1}
        # What a Hub looks at before it ends a server that seems to do nothing.
        before = jp_serverapp.web_app.last_activity()
        app._note_activity()
        assert jp_serverapp.web_app.last_activity() > before
        await client.command("cancel")
        await until("idle")
        assert app.current_activity() is None


async def test_the_servers_end_takes_its_workers_along(app: FuncNodesApp, jp_serverapp: Any, rest: Any) -> None:
    identities = [ProcessId.of((await rest("POST", "workers", {}))[1]["pid"]) for _ in range(2)]
    await jp_serverapp.extension_manager.stop_all_extensions()
    assert all(identity is not None and not identity.alive() for identity in identities)
    assert app.manager is not None
    assert {worker.state for worker in await app.manager.list()} == {"stopped"}
