"""Every verb over REST, on real workers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import funcnodes_jupyter

Rest = Any


def quiet(worker: dict[str, Any]) -> dict[str, Any]:
    """A worker without what changes by itself."""
    return {**worker, "activity": ""}


async def test_status_says_which_base_folder_is_served(rest: Rest, base_dir: Path) -> None:
    status, body = await rest("GET", "status")
    version = funcnodes_jupyter.__version__
    assert (status, body) == (200, {"base_dir": str(base_dir), "version": version, "pid": os.getpid(), "protocol": 1})


async def test_a_workers_life(rest: Rest, jp_root_dir: Path, base_dir: Path) -> None:
    assert await rest("GET", "workers") == (200, [])
    status, made = await rest("POST", "workers", {"name": "demo", "start": False})
    assert (status, made["state"], made["name"], made["cwd"]) == (201, "stopped", "demo", str(jp_root_dir))
    uuid = made["uuid"]
    status, started = await rest("POST", f"workers/{uuid}/start")
    assert (status, started["state"]) == (200, "running")
    assert quiet((await rest("GET", f"workers/{uuid}"))[1]) == quiet(started)
    assert [quiet(worker) for worker in (await rest("GET", "workers"))[1]] == [quiet(started)]
    status, usage = await rest("GET", "usage")
    assert (status, list(usage)) == (200, [uuid])
    assert 10e6 < usage[uuid]["memory"] < 1e9
    assert (await rest("GET", f"workers/{uuid}/log?lines=5"))[0] == 200
    assert (await rest("POST", f"workers/{uuid}/interrupt"))[0] == 200
    status, restarted = await rest("POST", f"workers/{uuid}/restart")
    assert (status, restarted["state"]) == (200, "running")
    assert restarted["pid"] != started["pid"]
    status, renamed = await rest("PATCH", f"workers/{uuid}", {"name": "other"})
    assert (status, renamed["name"]) == (200, "other")
    status, kept = await rest("PATCH", f"workers/{uuid}", {"autostart": True, "detached": True, "idle_timeout": 5})
    assert (status, kept["name"], kept["autostart"], kept["idle_timeout"]) == (200, "other", True, 5)
    status, kept = await rest("PATCH", f"workers/{uuid}", {"memory_limit": 2_000_000_000})
    assert (status, kept["memory_limit"], kept["idle_timeout"]) == (200, 2_000_000_000, 5)
    assert (kept["detached"], kept["detached_next"]) == (False, True)  # the process that runs is not yet
    status, copy = await rest("POST", f"workers/{uuid}/duplicate", {"name": "copy"})
    assert (status, copy["name"], copy["state"], copy["autostart"], copy["detached"]) == (
        200, "copy", "stopped", True, True
    )  # fmt: skip
    assert (await rest("DELETE", f"workers/{copy['uuid']}"))[0] == 200
    status, stopped = await rest("POST", f"workers/{uuid}/stop")
    assert (status, stopped["state"], stopped["pid"]) == (200, "stopped", None)
    status, deleted = await rest("DELETE", f"workers/{uuid}")
    assert (status, deleted["uuid"]) == (200, uuid)
    assert deleted["moved_to"].startswith(str(base_dir / "trash" / "other-"))
    assert await rest("GET", "workers") == (200, [])


async def test_a_new_worker_is_started_unless_told_otherwise(rest: Rest, tmp_path: Path) -> None:
    status, made = await rest("POST", "workers", {"cwd": str(tmp_path)})
    assert (status, made["name"], made["state"], made["cwd"]) == (201, "worker-1", "running", str(tmp_path))
    status, again = await rest("POST", "workers", {"name": "worker-1", "exist_ok": True})
    assert (status, quiet(again)) == (201, quiet(made))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "workers", {"name": "taken", "start": False}, 409, "WorkerNameTakenError"),
        ("POST", "workers", {"name": " "}, 400, "InvalidWorkerError"),
        ("POST", "workers", {"name": 3}, 400, "ValidationError"),
        ("POST", "workers", [1], 400, "ValidationError"),
        ("POST", "workers", {"cwd": "/does/not/exist"}, 400, "InvalidWorkerError"),
        ("GET", "workers/nobody", None, 404, "WorkerNotFoundError"),
        ("POST", "workers/nobody/start", None, 404, "WorkerNotFoundError"),
        ("DELETE", "workers/nobody", None, 404, "WorkerNotFoundError"),
        ("PATCH", "workers/TAKEN", {}, 400, "InvalidWorkerError"),
        ("PATCH", "workers/nobody", {"name": "x"}, 404, "WorkerNotFoundError"),
        ("PATCH", "workers/TAKEN", {"idle_timeout": -1}, 400, "InvalidWorkerError"),
        ("PATCH", "workers/TAKEN", {"memory_limit": 1000}, 400, "InvalidWorkerError"),
        ("PATCH", "workers/TAKEN", {"memory_limit": -1}, 400, "InvalidWorkerError"),
        ("PATCH", "workers/TAKEN", {"autostart": "yes"}, 400, "ValidationError"),
        ("POST", "workers/TAKEN/duplicate", {"name": "taken"}, 409, "WorkerNameTakenError"),
        ("POST", "workers/theirs/duplicate", None, 409, "ForeignWorkerError"),
        ("GET", "workers/theirs/log", None, 409, "ForeignWorkerError"),
        ("GET", "workers/TAKEN/log?lines=many", None, 400, "InvalidWorkerError"),
        ("POST", "workers/TAKEN/interrupt", None, 409, "WorkerNotRunningError"),
        ("POST", "workers/theirs/start", None, 409, "ForeignWorkerError"),
        ("DELETE", "workers/theirs", None, 409, "ForeignWorkerError"),
        ("GET", "workers/TAKEN/start", None, 405, "MethodNotAllowed"),
    ],
)
async def test_what_is_refused_and_how(
    rest: Rest, base_dir: Path, method: str, path: str, body: Any, status: int, code: str
) -> None:
    _, taken = await rest("POST", "workers", {"name": "taken", "start": False})
    (base_dir / "workers" / "worker_theirs.json").write_text('{"uuid": "theirs", "name": "old"}')
    answered, refusal = await rest(method, path.replace("TAKEN", taken["uuid"]), body)
    assert (answered, refusal["code"]) == (status, code)
    assert refusal["error"]


@pytest.mark.parametrize("body", ["{", b"\xff", "[" * 100_000])
async def test_a_body_that_is_no_json_is_refused(jp_fetch: Any, body: str | bytes) -> None:
    response = await jp_fetch("funcnodes", "api", "workers", method="POST", body=body, raise_error=False)
    assert (response.code, json.loads(response.body)["code"]) == (400, "DecodeError")


async def test_a_foreign_record_is_listed(rest: Rest, base_dir: Path) -> None:
    (base_dir / "workers").mkdir(parents=True)
    (base_dir / "workers" / "worker_theirs.json").write_text('{"uuid": "theirs", "name": "old"}')
    _, (worker,) = await rest("GET", "workers")
    assert (worker["name"], worker["state"]) == ("old", "foreign")
