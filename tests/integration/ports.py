"""Ports for the servers of a test: below those that the kernel gives to clients (from 32768 on), or a
connection of anybody could take one between the choice and the start of its server."""

import random
import socket

FIRST, END = 10_000, 32_000
TRIES = 200


def free_tcp_port(address="127.0.0.1"):
    """A TCP port of `address` that nobody holds at this moment."""
    return _free_port(socket.SOCK_STREAM, address)


def free_udp_port(address="127.0.0.1"):
    """A UDP port of `address` that nobody holds at this moment."""
    return _free_port(socket.SOCK_DGRAM, address)


def _free_port(kind, address):
    for _ in range(TRIES):
        port = random.SystemRandom().randrange(FIRST, END)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port of {address} in {TRIES} tries")
