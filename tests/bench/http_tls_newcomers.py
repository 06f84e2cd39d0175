"""How long a new client of the TLS port waits while others hold on to it.

A newcomer 20 times a second connects, agrees on TLS (a whole handshake), asks for /health, reads the
answer and leaves; its time counts from when it was due. Beside it, one crowd after the other and then
all of them: 1,000 clients that have asked once and stay; 500 that never finish their handshake and
come back when they are thrown out; 64 that send a request of a byte a second; 64 that speak plain
HTTP to the TLS port, and come again. When a crowd has left, the daemon holds no file more than
before.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.box_house import House
from tests.bench.http_load import LoadError
from tests.bench.measure import REPOSITORY, Row, interleaved, say
from tests.integration.ports import free_tcp_port

LIMIT_MS = 100
EVERY_SECONDS = 0.05
SOURCE = "127.0.22.1"
REQUEST = b"GET /health HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
HANG_SECONDS = 120
LEAVE_SECONDS = 20  # until the daemon has noticed that a crowd left
# Sizes of idle, stuck, slow and plain.
CROWDS = {"alone": ((0, 0, 0, 0), "beside nobody"),
          "idle": ((1000, 0, 0, 0), "beside 1,000 idle TLS clients"),
          "stuck": ((0, 500, 0, 0), "beside 500 handshakes that never finish"),
          "slow": ((0, 0, 64, 0), "beside 64 TLS clients of a byte a second"),
          "plain": ((0, 0, 0, 64), "beside 64 that speak plain HTTP to the TLS port"),
          "all": ((1000, 500, 64, 64), "beside all of these")}


class TlsNewcomers:
    name = "http-tls-newcomers"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        seconds = 1 if quick else 12  # the stuck ones are thrown out after 10, and come back
        house = House(100 if quick else 1000)
        port = free_tcp_port()
        with house.daemon.config.open("a", encoding="utf-8") as config:
            config.write(f"https_listen = 127.0.0.1:{port}\n")
        with house:
            ca = house.daemon.folder / "data" / "tls" / "ca.crt"
            context = ssl.create_default_context(cafile=str(ca))
            _newcomer(context, port)  # whatever is opened at first is open now

            def contestant(sizes: tuple[int, ...]):
                def once(_: int) -> dict:
                    files = _files(house)
                    with _crowd(port, ca, sizes):
                        times = _newcomers(context, port, seconds)
                    return {**times, "files_left": _files_left(house, files)}
                return once

            say(f"{rounds} rounds")
            results = interleaved(rounds, {name: contestant(sizes)
                                           for name, (sizes, _) in CROWDS.items()})
        rows = []
        for name, (_, words) in CROWDS.items():
            for share in ("p50", "p99", "max"):
                rows.append(Row(f"newcomer-tls.{name}.{share}", f"{share} of a new client, {words}",
                                "ms", [f[share] for f in results[name]],
                                at_most=LIMIT_MS if share == "p99" else None))
        rows.append(Row("newcomer-tls.files-left", "files the daemon still holds of all of these, "
                        "when they have left", "files",
                        [float(f["files_left"]) for f in results["all"]], at_most=0))
        return rows


@contextlib.contextmanager
def _crowd(port: int, ca: Path, sizes: tuple[int, ...]) -> Iterator[None]:
    words = [word for name, size in zip(("idle", "stuck", "slow", "plain"), sizes)
             for word in (f"--{name}", str(size))]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.tls_crowd", "--port", str(port),
                                "--ca", str(ca), *words], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    try:
        if process.stdout.readline().strip() != "ready":
            raise LoadError("the crowd could not settle")
        yield
        output, _ = process.communicate(timeout=HANG_SECONDS)
        if process.returncode != 0 or json.loads(output)["idle_left"] != sizes[0]:
            raise LoadError(f"the crowd fell apart: {output}")
    finally:
        process.kill()
        process.wait()


def _newcomer(context: ssl.SSLContext, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS, (SOURCE, 0)) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as client:
            client.sendall(REQUEST)
            answer = client.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise LoadError(f"a newcomer was not served: {answer!r}")


def _newcomers(context: ssl.SSLContext, port: int, seconds: float) -> dict[str, float]:
    """Milliseconds; one after the other, so that one that waits makes the next ones late too."""
    times = []
    first = time.monotonic()
    for number in range(int(seconds / EVERY_SECONDS)):
        due = first + number * EVERY_SECONDS
        time.sleep(max(0.0, due - time.monotonic()))
        _newcomer(context, port)
        times.append((time.monotonic() - due) * 1000)
    times.sort()
    return {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "max": times[-1]}


def _files(house: House) -> int:
    return len(list(Path(f"/proc/{house.daemon.process.pid}/fd").iterdir()))


def _files_left(house: House, before: int) -> int:
    end = time.monotonic() + LEAVE_SECONDS
    while (left := _files(house) - before) > 0 and time.monotonic() < end:
        time.sleep(0.1)
    return max(left, 0)


BENCHMARKS = [TlsNewcomers()]
