"""Run the simulated router alone: python3 -m tests.peers.nas --server 127.0.0.1:PORT ...

Prints one line "nas listening on http://127.0.0.1:PORT coa ADDRESS:PORT" when it is ready and
runs until SIGTERM or SIGINT. The address in that line serves the control pages (control.py).
"""

import argparse
import signal
import threading

from tests.peers.waiting import parse_host_port

from .control import Control
from .router import DEFAULT_POOLS, Nas


def arguments():
    parser = argparse.ArgumentParser(prog="python3 -m tests.peers.nas")
    parser.add_argument("--server", required=True, type=parse_host_port, metavar="ADDRESS:PORT")
    parser.add_argument("--acct", required=True, type=parse_host_port, metavar="ADDRESS:PORT")
    parser.add_argument("--secret", required=True)
    parser.add_argument("--source", default="127.0.0.1", help="the router's own address")
    parser.add_argument("--coa-port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--coa-source", action="append",
                        help="who may send CoA; default: the RADIUS server's address")
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--identity", default="router")
    parser.add_argument("--pool", action="append", default=[], metavar="NAME=NETWORK",
                        help="an address pool; may repeat; default: "
                             + ", ".join(f"{k}={v}" for k, v in DEFAULT_POOLS.items()))
    parser.add_argument("--default-pool", default="mnara-pool")
    parser.add_argument("--default-interim-seconds", type=int, default=0)
    parser.add_argument("--interim-scale", type=float, default=1.0,
                        help="divides Acct-Interim-Interval")
    parser.add_argument("--no-message-authenticator", action="store_true",
                        help="requests go without it, as from old firmware")
    parser.add_argument("--require-message-authenticator", action="store_true")
    parser.add_argument("--ignore-session-timeout", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    nas = Nas(options.server, options.acct, options.secret, source=options.source,
              coa_port=options.coa_port, coa_sources=options.coa_source,
              identity=options.identity,
              pools=dict(item.split("=", 1) for item in options.pool) or None,
              default_pool=options.default_pool,
              default_interim_seconds=options.default_interim_seconds,
              interim_scale=options.interim_scale,
              send_message_authenticator=not options.no_message_authenticator)
    nas.faults.update(
        require_message_authenticator=options.require_message_authenticator,
        ignore_session_timeout=options.ignore_session_timeout)
    with nas, Control(nas, options.control_port) as control:
        address, port = nas.coa_address
        print(f"nas listening on {control.url} coa {address}:{port}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
