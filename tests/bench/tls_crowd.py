"""Clients that hold on to the TLS port of a box; http_tls_newcomers.py runs it beside what it measures.

    python3 -m tests.bench.tls_crowd --port 8443 --ca ca.crt --idle 1000 --stuck 500 --slow 64 --plain 64

Prints "ready" when all of them are there, goes on until its input ends, then prints one line of JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import selectors
import socket
import ssl
import sys
import time

PER_ADDRESS = 200  # the front keeps at most 256 connections of an address
REQUEST = b"GET /health HTTP/1.1\r\nHost: bench\r\n\r\n"
HALF_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
PACE_SECONDS = 1.0  # between two bytes of a slow one, and before a plain one comes again
PATIENCE_SECONDS = 60


class Crowd:
    def __init__(self, options: argparse.Namespace):
        self.port = options.port
        self.context = ssl.create_default_context(cafile=options.ca)
        self.selector = selectors.DefaultSelector()
        self.again = {"stuck": 0, "slow": 0, "plain": 0}
        # The box ends what idles for a minute: on a slow machine the first ones ask again.
        self.idle = [self._idle(number) for number in range(options.idle)]
        self.idle = [self._ask(one) if _is_open(one) else self._idle(number)
                     for number, one in enumerate(self.idle)]
        for number in range(options.stuck):
            self._stuck(number)
        self.slow = [self._slow(number) for number in range(options.slow)]
        self.waiting = [(0.0, number) for number in range(options.plain)]

    def run(self) -> dict:
        print("ready", flush=True)
        self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        next_byte = time.monotonic()
        while True:
            for key, _ in self.selector.select(0.05):
                if key.data is None:
                    return {"idle_left": sum(map(_is_open, self.idle)), **self.again}
                self._look(key)
            now = time.monotonic()
            due = [number for at, number in self.waiting if at <= now]
            self.waiting = [(at, number) for at, number in self.waiting if at > now]
            for number in due:
                self._plain(number)
            if now >= next_byte:
                next_byte = now + PACE_SECONDS
                self.slow = [self._drip(number, *one) for number, one in enumerate(self.slow)]

    def _connect(self, network: int, number: int) -> socket.socket:
        source = f"127.0.{network}.{1 + number // PER_ADDRESS}"
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS, (source, 0))

    def _tls(self, network: int, number: int) -> ssl.SSLSocket:
        return self.context.wrap_socket(self._connect(network, number), server_hostname="127.0.0.1")

    def _idle(self, number: int) -> ssl.SSLSocket:
        """Has asked once, and stays."""
        return self._ask(self._tls(20, number))

    @staticmethod
    def _ask(client: ssl.SSLSocket) -> ssl.SSLSocket:
        client.settimeout(PATIENCE_SECONDS)
        client.sendall(REQUEST)
        if not client.recv(4096).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("an idle client was not served")
        client.setblocking(False)
        return client

    def _stuck(self, number: int) -> None:
        """Never finishes its handshake; comes back when it is thrown out."""
        client = self._connect(21, number)
        client.sendall(HALF_HELLO)
        client.setblocking(False)
        self.selector.register(client, selectors.EVENT_READ, ("stuck", number))

    def _slow(self, number: int) -> tuple[ssl.SSLSocket, int]:
        client = self._tls(23, number)
        client.setblocking(False)
        return client, 0

    def _drip(self, number: int, client: ssl.SSLSocket, sent: int) -> tuple[ssl.SSLSocket, int]:
        if _is_open(client):
            with contextlib.suppress(OSError):
                client.send(REQUEST[sent % len(REQUEST):][:1])
                return client, sent + 1
        client.close()
        self.again["slow"] += 1
        return self._slow(number)

    def _plain(self, number: int) -> None:
        """Speaks HTTP where TLS is spoken; comes again."""
        client = self._connect(24, number)
        client.sendall(REQUEST)
        client.setblocking(False)
        self.selector.register(client, selectors.EVENT_READ, ("plain", number))

    def _look(self, key: selectors.SelectorKey) -> None:
        kind, number = key.data
        try:
            if key.fileobj.recv(4096):
                return  # an answer; it is closed next
        except BlockingIOError:
            return
        except OSError:
            pass
        self.selector.unregister(key.fileobj)
        key.fileobj.close()
        self.again[kind] += 1
        if kind == "stuck":
            self._stuck(number)
        else:
            self.waiting.append((time.monotonic() + PACE_SECONDS, number))


def _is_open(client: ssl.SSLSocket) -> bool:
    try:
        while client.recv(4096):
            pass
        return False
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca", required=True)
    for name in ("idle", "stuck", "slow", "plain"):
        parser.add_argument(f"--{name}", type=int, default=0)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(Crowd(parser.parse_args()).run()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
