"""Frames that no client sends, against real workers and a real server: all are answered, and nothing breaks or grows."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from mutations import Mutator, is_text
from rawsocket import BINARY, CLOSE, PING, TEXT, RawSocket, frame, upgrade
from server_process import ServerProcess
from worker_frames import GRAPH, SEEDS
from worker_process import WorkerProcess

from funcnodes_jupyter.manager.verbs import VERBS
from funcnodes_jupyter.worker.commands.table import COMMANDS

AT_ONCE = 25
"""Mutated frames between two looks at whether the valid ones are answered."""
SPARE_BYTES = 40 * 1024 * 1024
"""What a process may grow by after a tenth of the frames, however many they are."""
BINARIES = (b"", b"\0", b"\0\0\0\x05", b"\xff\xff\xff\xff{}", b"\0\0\0\x02{}", b'\0\0\0\x09{"a":', b"\x80" * 50)
MARK = "valid-"


class Peer:
    """A socket to a worker, perhaps by the relay, that counts what is answered."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url, self._headers = url, headers
        self._socket: RawSocket | None = None
        self._number = 0

    async def socket(self) -> RawSocket:
        if self._socket is None:
            self._socket = await RawSocket.open(self._url, self._headers)
        return self._socket

    def close(self) -> None:
        if self._socket is not None:
            self._socket.drop()
            self._socket = None

    async def ask(self, cmd: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """A valid command, and its answer."""
        (answer,) = await self.exchange([(TEXT, json.dumps(command(self._next(), cmd, kwargs)).encode())])
        return answer

    async def exchange(self, sent: list[tuple[int, bytes]]) -> list[dict[str, Any]]:
        """Send these messages and read until each is answered, and one more that is sent behind them."""
        socket = await self.socket()
        last = self._next()
        closing = json.dumps(command(last, "heartbeat", {})).encode()
        await socket.send(b"".join(frame(data, opcode) for opcode, data in (*sent, (TEXT, closing))))
        answers: list[dict[str, Any]] = []
        while len(answers) <= len(sent):
            heard = await socket.hear()
            assert heard is not None, f"closed after {sent!r:.3000}"
            answers += answers_in(*heard)
        assert {"type": "result", "id": last, "cmd": "heartbeat", "result": True} in answers
        return [answer for answer in answers if answer["id"] != last]

    def _next(self) -> str:
        self._number += 1
        return f"{MARK}{self._number}"


def command(ident: str | int, cmd: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "cmd", "id": ident, "cmd": cmd, "kwargs": kwargs}


def answers_in(opcode: int, data: bytes) -> list[dict[str, Any]]:
    """The answer that a message of a worker is, if it is one."""
    assert opcode in (TEXT, BINARY), (opcode, data[:200])
    size = int.from_bytes(data[:4], "big")
    found = json.loads(data if opcode == TEXT else data[4 : 4 + size])
    if found["type"] == "pong":
        return [{"type": "pong", "id": None}]
    whole = opcode == TEXT or found["part"] == found["parts"] - 1
    return [found] if found["type"] in ("result", "error") and whole else []


def readable_id(opcode: int, data: bytes) -> str | int | None:
    """The id that the answer to this message has to bear: one of bounded size, also where the rest is no JSON."""
    try:
        found = json.loads(data) if opcode == TEXT else None
    except (ValueError, RecursionError):
        return None
    known = isinstance(found, dict) and found.get("type") != "ping"
    ident = found.get("id") if known else None
    if type(ident) is str:
        return ident if len(ident) <= 200 and not any("\ud800" <= mark <= "\udfff" for mark in ident) else None
    return ident if type(ident) is int and -(2**63) <= ident < 2**63 else None


class Health:
    """What a process holds."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._started = self._process.create_time()
        self._before: tuple[int, int, int] | None = None

    def measure(self) -> tuple[int, int, int]:
        return self._process.memory_info().rss, self._process.num_fds(), self._process.num_threads()

    def warmed_up(self) -> None:
        self._before = self.measure()

    def assert_same(self) -> str:
        """It is the same process and has not grown; returns the numbers."""
        assert self._before is not None
        assert psutil.Process(self._process.pid).create_time() == self._started
        after = self.measure()
        print("rss, fds, threads:", self._before, "->", after)
        assert after[0] - self._before[0] < SPARE_BYTES, (self._before, after)
        assert after[1] - self._before[1] < 20, (self._before, after)
        assert after[2] - self._before[2] < 8, (self._before, after)
        return f"{self._before} -> {after}"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[WorkerProcess]:
    made = WorkerProcess(tmp_path / "base")
    yield made
    made.close()


REFUSED = {"get_table_page": "NoTableError", "get_plugin": "NoPluginError"}
"""Of the seeds those that ask for what is not there."""


def test_there_is_a_seed_of_every_command() -> None:
    assert {cmd for cmd, _ in SEEDS} == set(COMMANDS) - {"stop"}


async def every_valid_command_is_answered(peer: Peer) -> None:
    for cmd, kwargs in GRAPH:
        answer = await peer.ask(cmd, kwargs)
        assert answer["type"] == "result", answer
    for cmd, kwargs in SEEDS:
        if cmd == "clear":
            continue
        answer = await peer.ask(cmd, kwargs)
        if cmd in REFUSED:
            assert answer["code"] == REFUSED[cmd], answer
        else:
            assert answer["type"] == "result" or answer["code"] == "NoValueError", answer
    for cmd, kwargs in GRAPH:
        assert (await peer.ask(cmd, kwargs))["type"] == "result"


async def mutated_frames_are_answered(peer: Peer, dice: random.Random, frames: int) -> None:
    mutator = Mutator(dice)
    done = 0
    while done < frames:
        sent: list[tuple[int, bytes]] = []
        while len(sent) < min(AT_ONCE, frames - done):
            if dice.random() < 0.03:
                sent.append((BINARY, dice.choice(BINARIES)))
                continue
            data = mutator.mutated(command(dice.randrange(10**9), *dice.choice(SEEDS)))
            if is_text(data):
                sent.append((TEXT, data))
        answers = await peer.exchange(sent)
        wanted = Counter(readable_id(*message) for message in sent)
        got = Counter(answer["id"] for answer in answers)
        assert got == wanted, (got - wanted, wanted - got, sent)
        done += len(sent)
        if done % 500 < AT_ONCE:
            for cmd, kwargs in GRAPH:
                assert (await peer.ask(cmd, kwargs))["type"] == "result"


def violations(dice: random.Random, url: str, headers: Mapping[str, str]) -> list[tuple[bool, bytes]]:
    """Bytes that break the rules below those of the protocol, and whether they come after an upgrade."""
    text = json.dumps(command(1, "heartbeat", {})).encode()
    asked = upgrade(url, headers)
    return [
        (True, frame(text, dice.choice((0x3, 0x7, 0xB, 0xF)))),
        (True, frame(text, first=0x80 | dice.choice((0x40, 0x20, 0x10, 0x70)))),
        (True, frame(b"", 0x0)),
        (True, frame(text, first=0) + frame(text)),
        (True, frame(text, PING, first=0)),
        (True, frame(b"x" * 126, PING)),
        (True, frame(text, length=2**62)),
        (True, frame(text, length=2**63 + 5)),
        (True, frame(text, length=len(text) + 1 + dice.randrange(1000))),
        (True, frame(text)[: dice.randrange(1, len(text))]),
        (True, frame(b"\x03", CLOSE)),
        (True, frame(b"\x03\xe8\xff\xfe", CLOSE)),
        (True, frame(text + b"\xff\xfe")),
        (True, frame(b"\xed\xa0\x80")),
        (True, dice.randbytes(dice.randrange(1, 300))),
        (True, frame(text, masked=False)),
        (False, asked[: dice.randrange(1, len(asked))]),
        (False, asked.replace(b"Sec-WebSocket-Key", b"X-Key")),
        (False, asked.replace(b"Version: 13", b"Version: 12")),
        (False, asked.replace(b"HTTP/1.1", b"HTTP/9.9")),
        (False, asked.replace(b"GET ", b"POST ")),
        (False, b"\x16\x03\x01" + dice.randbytes(100)),
        (False, dice.randbytes(dice.randrange(1, 300)) + b"\r\n\r\n"),
        (False, asked[:-2] + b"X: " + b"y" * 100_000 + b"\r\n\r\n"),
        (False, asked[:-2] + b"Content-Length: 99999999999\r\n\r\n"),
    ]


async def violations_harm_nobody(
    peer: Peer, dice: random.Random, url: str, headers: Mapping[str, str], rounds: int
) -> int:
    number = 0
    for _ in range(rounds):
        for upgraded, data in violations(dice, url, headers):
            socket = await (RawSocket.open(url, headers) if upgraded else RawSocket.dial(url))
            await socket.send(data)
            assert (await peer.ask("heartbeat", {}))["result"] is True
            socket.drop()
            number += 1
    return number


async def besiege(
    peer: Peer, health: Health, dice: random.Random, frames: int, url: str, headers: Mapping[str, str]
) -> None:
    await every_valid_command_is_answered(peer)
    await mutated_frames_are_answered(peer, dice, frames // 10)
    await violations_harm_nobody(peer, dice, url, headers, 1)
    await every_valid_command_is_answered(peer)
    health.warmed_up()
    await mutated_frames_are_answered(peer, dice, frames - frames // 10)
    await violations_harm_nobody(peer, dice, url, headers, max(1, frames // 2_000))
    await every_valid_command_is_answered(peer)
    peer.close()


def test_a_worker_answers_every_frame(torture: Any, worker: WorkerProcess) -> None:
    url, headers = worker.address()
    health = Health(worker.pid)
    peer = Peer(url, headers)
    asyncio.run(besiege(peer, health, random.Random(torture.seed), torture.number(1_600, 80_000), url, headers))
    health.assert_same()
    assert "Traceback" not in worker.log(), worker.log()[-5000:]


# --- a server -------------------------------------------------------------------------------------

GHOST = "nobody-has-this-uuid"
"""The worker of frames that would start a process or delete a folder."""


def hub_seeds(uuid: str) -> tuple[dict[str, Any], ...]:
    return (
        {"type": "ping"},
        {"type": "identify"},
        {"type": "worker_status"},
        {"type": "new_worker", "name": "demo", "start": False, "exist_ok": True, "reference": None, "copyNS": False},
        {
            "type": "new_worker",
            "kwargs": {"name": "demo", "start": False, "exist_ok": True, "cwd": None},
            "start": False,
        },
        {"type": "rename_worker", "workerid": uuid, "name": "demo"},
        {
            "type": "configure_worker",
            "workerid": uuid,
            "autostart": False,
            "detached": False,
            "idle_timeout": 0.0,
            "memory_limit": 0,
        },
        {"type": "interrupt_worker", "workerid": uuid},
        {"type": "cancel_environment", "workerid": uuid},
        {"type": "duplicate_worker", "workerid": GHOST, "name": "copy"},
        *({"type": f"{word}_worker", "workerid": GHOST} for word in ("stop", "restart", "delete")),
        {"type": "set_active", "workerid": GHOST},
    )


def test_there_is_a_seed_of_every_verb() -> None:
    words = {frame["type"] for frame in hub_seeds("")}
    assert words >= {verb.word for verb in VERBS.values()}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path / "home")
    yield made
    made.close()


async def hub_answer(socket: RawSocket, ident: str) -> dict[str, Any]:
    """The answer of the hub with that id."""
    while True:
        heard = await socket.hear()
        assert heard is not None, "the hub closed"
        if heard[0] == TEXT and heard[1][:1] == b"{" and (found := json.loads(heard[1])).get("id") == ident:
            assert found.get("code") not in ("RuntimeError", "InternalServerError")
            return dict(found)


async def besiege_hub(server: ServerProcess, dice: random.Random, uuid: str, frames: int) -> None:
    socket = await RawSocket.open(server.socket("hub"), server.headers)
    mutator = Mutator(dice, kept=("start", "kwargs", "exist_ok", "workerid"))
    seeds = hub_seeds(uuid)
    for number in range(frames):
        data = mutator.mutated({"id": number, **dice.choice(seeds)})
        opcode = BINARY if dice.random() < 0.02 else TEXT
        if len(data) > 60_000 or not is_text(data):
            continue
        asked = json.dumps({"id": f"{MARK}{number}", "type": "identify"}).encode()
        await socket.send(frame(data, opcode) + frame(asked))
        assert (await hub_answer(socket, f"{MARK}{number}"))["class"] == "WorkerManager"
    socket.drop()


def besiege_rest(server: ServerProcess, dice: random.Random, uuid: str, calls: int) -> None:
    mutator = Mutator(dice, kept=("start", "exist_ok"))
    creation = {"name": "demo", "start": False, "exist_ok": True, "cwd": None}
    settings = {"name": "demo", "autostart": False, "detached": False, "idle_timeout": 0.0, "memory_limit": 0}
    for _ in range(calls):
        method, path, body = dice.choice((("POST", "workers", creation), ("PATCH", f"workers/{uuid}", settings)))
        data = mutator.mutated({"id": 1, **body, "cmd": "x"})
        if method == "POST" and b'"start": false' not in data:
            continue
        status, said = server.call(method, path, data)
        assert status < 500, (status, said, method, path, data[:2000])
        assert status < 300 or {"error", "code"} <= said.keys()


def test_a_server_answers_every_frame(torture: Any, server: ServerProcess) -> None:
    dice = random.Random(torture.seed)
    status, worker = server.call("POST", "workers", b'{"name": "demo"}')
    assert status == 201, worker
    uuid = worker["uuid"]
    health, behind = Health(server.pid), Health(worker["pid"])
    url = server.socket(f"workers/{uuid}/ws")
    for number in range(2):
        asyncio.run(besiege_hub(server, dice, uuid, torture.number(100, 4_000)))
        besiege_rest(server, dice, uuid, torture.number(20, 1_000))
        if not number:
            health.warmed_up()
    asyncio.run(besiege(Peer(url, server.headers), behind, dice, torture.number(200, 10_000), url, server.headers))
    behind.assert_same()
    health.assert_same()
    status, told = server.call("GET", f"workers/{uuid}")
    assert (status, told["state"], told["pid"]) == (200, "running", worker["pid"])
    log = server.call("GET", f"workers/{uuid}/log")[1]["log"]
    assert "Traceback" not in log, log[-5000:]
    assert "Traceback" not in server.log(), server.log()[-5000:]
