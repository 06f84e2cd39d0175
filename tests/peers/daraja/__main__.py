"""Run the simulated provider alone: python3 -m tests.peers.daraja --port 0 --shortcode ...

Prints one line "daraja listening on http://127.0.0.1:PORT" when it is ready and runs until
SIGTERM or SIGINT. The same address serves the control pages (control.py). Consumer secret and
passkey may come from the environment (DARAJA_CONSUMER_SECRET, DARAJA_PASSKEY).
"""

import argparse
import os
import signal
import threading

from .server import Daraja


def arguments():
    parser = argparse.ArgumentParser(prog="python3 -m tests.peers.daraja")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--consumer-key", default="demo-consumer-key")
    parser.add_argument("--consumer-secret",
                        default=os.environ.get("DARAJA_CONSUMER_SECRET", "demo-consumer-secret"))
    parser.add_argument("--shortcode", default="600638")
    parser.add_argument("--till", default="")
    parser.add_argument("--passkey", default=os.environ.get("DARAJA_PASSKEY", "demo-passkey"))
    parser.add_argument("--same-amount-window", type=float, default=120.0, metavar="SECONDS")
    parser.add_argument("--after-seconds", type=float, default=1.0,
                        help="how long customers take over their PIN")
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--register-often", action="store_true",
                        help="C2B URLs may be registered again, as in the sandbox")
    parser.add_argument("--ca-file", help="trusted for https callbacks")
    return parser.parse_args()


def main():
    options = arguments()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    daraja = Daraja(
        options.port, options.ca_file, consumer_key=options.consumer_key,
        consumer_secret=options.consumer_secret, shortcode=options.shortcode,
        passkey=options.passkey, till=options.till, validation=options.validation,
        same_amount_window_seconds=options.same_amount_window,
        register_once=not options.register_often)
    daraja.set_scenario(after_seconds=options.after_seconds)
    with daraja:
        print(f"daraja listening on {daraja.url}", flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
