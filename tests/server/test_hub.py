"""The Workermanager's socket: its words, and what it tells unasked."""

from __future__ import annotations

import json
import os
import platform
import signal
from pathlib import Path
from typing import Any

import pytest

Hub = Any


def is_status(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "worker_status"


def tells(name: str, state: str) -> Any:
    """Whether a frame is a status in which the worker is in that state."""

    def met(frame: Any) -> bool:
        workers = [*frame["active"], *frame["inactive"]] if is_status(frame) else []
        return any((worker["name"], worker["state"]) == (name, state) for worker in workers)

    return met


def answers(ident: object) -> Any:
    return lambda frame: isinstance(frame, dict) and frame.get("id") == ident


async def test_it_tells_of_all_workers_at_once(hub: Hub) -> None:
    line = await hub()
    assert await line.hear() == {"type": "worker_status", "active": [], "inactive": []}


async def test_plain_words(hub: Hub) -> None:
    line = await hub()
    await line.hear()
    await line.say("ping")
    assert await line.hear() == "pong"
    await line.say("identify")
    assert await line.hear() == {"class": "WorkerManager", "py": platform.python_version(), "protocol": 1}
    await line.say("worker_status")
    assert is_status(await line.hear())
    await line.say({"type": "ping", "id": 7})
    assert await line.hear() == {"type": "pong", "id": 7}


async def test_every_verb(hub: Hub) -> None:
    line = await hub()

    async def ask(word: str, answer: str, **fields: Any) -> Any:
        await line.say({"type": word, "id": word, **fields})
        frame = await line.until(answers(word))
        assert frame["type"] == answer, frame
        return frame

    made = (await ask("new_worker", "worker_created", name="demo", start=False, in_venv=False))["worker"]
    uuid = made["uuid"]
    assert made["state"] == "stopped"
    active = await ask("set_active", "set_worker", workerid=uuid)
    assert active["worker"]["state"] == "running"
    assert active["data"] == active["worker"]
    assert (await ask("interrupt_worker", "worker_interrupted", workerid=uuid))["workerid"] == uuid
    restarted = (await ask("restart_worker", "worker_restarted", kwargs={"workerid": uuid}))["worker"]
    assert restarted["pid"] != active["worker"]["pid"]
    renamed = await ask("rename_worker", "worker_renamed", workerid=uuid, name="other")
    assert renamed["worker"]["name"] == "other"
    kept = await ask("configure_worker", "worker_configured", workerid=uuid, autostart=True)
    assert (kept["worker"]["name"], kept["worker"]["autostart"]) == ("other", True)
    copy = await ask("duplicate_worker", "worker_duplicated", workerid=uuid)
    assert copy["worker"]["name"] == "other copy"
    other = await ask("new_worker", "worker_created", name="third", reference=uuid, copyNS=True, start=False)
    assert other["worker"]["autostart"] is True
    assert (await ask("stop_worker", "worker_stopped", workerid=uuid))["worker"]["state"] == "stopped"
    assert (await ask("delete_worker", "worker_deleted", workerid=uuid))["workerid"] == uuid


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("nonsense", "UnknownWordError"),
        ({"type": "nonsense"}, "UnknownWordError"),
        ({"no": "type"}, "UnknownWordError"),
        ("{", "DecodeError"),
        ("[1]", "ValidationError"),
        (b"\xff\xfe", "DecodeError"),
        (b'{"type": "\xff"}', "DecodeError"),
        ("[" * 20_000, "DecodeError"),
        ({"type": "set_active", "workerid": "nobody"}, "WorkerNotFoundError"),
        ({"type": "set_active", "workerid": 3}, "ValidationError"),
        ({"type": "rename_worker", "workerid": "nobody"}, "InvalidWorkerError"),
        ("stop", "NotStandaloneError"),
    ],
)
async def test_what_it_refuses(hub: Hub, message: Any, code: str) -> None:
    line = await hub()
    await line.say(message)
    refusal = await line.until(lambda frame: not is_status(frame))
    assert (refusal["type"], refusal["code"]) == ("error", code)
    await line.say("ping")
    assert await line.until(lambda frame: not is_status(frame)) == "pong"


async def test_every_client_hears_of_every_change(hub: Hub, rest: Any, base_dir: Path) -> None:
    one, other = await hub(), await hub()
    _, worker = await rest("POST", "workers", {"name": "demo"})
    for line in (one, other):
        frame = await line.until(tells("demo", "running"))
        assert frame["active"] == [{**worker, "activity": frame["active"][0]["activity"]}]
    secret = json.loads((base_dir / "workers" / f"worker_{worker['uuid']}.connection.json").read_text())["secret"]
    assert secret not in json.dumps(frame)
    await rest("PATCH", f"workers/{worker['uuid']}", {"name": "other"})
    await one.until(tells("other", "running"))
    await rest("DELETE", f"workers/{worker['uuid']}")
    for line in (one, other):
        await line.until(lambda frame: is_status(frame) and not frame["active"] and not frame["inactive"])


async def test_a_killed_worker_is_told_with_its_reason(hub: Hub, rest: Any) -> None:
    _, worker = await rest("POST", "workers", {"name": "demo"})
    line = await hub()
    await line.until(tells("demo", "running"))
    os.kill(worker["pid"], signal.SIGKILL)
    (crashed,) = (await line.until(tells("demo", "crashed")))["inactive"]
    assert crashed["detail"].startswith("killed by signal 9")


async def test_changes_by_other_programs_are_told(hub: Hub, base_dir: Path) -> None:
    line = await hub()
    await line.until(is_status)
    (base_dir / "workers").mkdir(parents=True, exist_ok=True)
    (base_dir / "workers" / "worker_theirs.json").write_text('{"uuid": "theirs", "name": "old"}')
    await line.until(tells("old", "foreign"))
