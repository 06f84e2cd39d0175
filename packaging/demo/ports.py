"""Free ports, remembered in the demo's folder so that the address stays the same between runs."""

from __future__ import annotations

import json
import socket
from pathlib import Path

# name -> (socket kind, address it is bound on)
WANTED = {
    "http": (socket.SOCK_STREAM, "127.0.0.1"),
    "https": (socket.SOCK_STREAM, "127.0.0.1"),
    "accounting": (socket.SOCK_DGRAM, "127.0.0.1"),
    "radius_auth": (socket.SOCK_DGRAM, "127.0.0.1"),
    "radius_acct": (socket.SOCK_DGRAM, "127.0.0.1"),
    "coa": (socket.SOCK_DGRAM, "127.0.0.2"),
}
# Where a RADIUS server of the machine's own may listen; a demo never takes these.
NEVER = {1812, 1813, 3799}


def bound(kind: int, address: str, port: int) -> socket.socket | None:
    """A socket bound there, or None when somebody else has the port."""
    probe = socket.socket(socket.AF_INET, kind)
    try:
        probe.bind((address, port))
        return probe
    except OSError:
        probe.close()
        return None


def choose_ports(memory: Path) -> dict[str, int]:
    """One port per name of WANTED: the ones of the last run where they are still free.

    All probes stay open until the last port is chosen, so that no port is given twice.
    """
    try:
        last = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        last = {}
    probes, ports = [], {}
    try:
        for name, (kind, address) in WANTED.items():
            probe = None
            if isinstance(last.get(name), int) and last[name] not in NEVER:
                probe = bound(kind, address, last[name])
            while probe is None:
                probe = bound(kind, address, 0)
                if probe and probe.getsockname()[1] in NEVER:
                    probes.append(probe)  # kept open, so that it is not offered again
                    probe = None
            probes.append(probe)
            ports[name] = probe.getsockname()[1]
    finally:
        for probe in probes:
            probe.close()
    memory.write_text(json.dumps(ports), encoding="utf-8")
    return ports
