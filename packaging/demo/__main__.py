"""Demo mode; started by packaging/run, which installs and builds first."""

from __future__ import annotations

import argparse
import fcntl
import shutil
import sys
import tempfile
import time
from pathlib import Path

from packaging.demo.appliance import Appliance
from packaging.demo.crowd import TICK_SECONDS, Crowd
from packaging.demo.once import Once
from packaging.demo.processes import Trouble
from packaging.demo.seed import seed_demo
from packaging.demo.stopping import Stopped, stop_on_signals
from packaging.demo.town import seed_town
from packaging.demo.world import World

CUSTOMERS = 200
STATUS_EVERY_SECONDS = 10.0


def lock_folder(folder: Path):
    """An open file that holds the folder for this process; Trouble when another demo has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Trouble(f"another demo runs in {folder}") from None
    return lock


def run_once(mnara: Path, folder: Path) -> bool:
    with lock_folder(folder), World(Appliance(mnara, folder)) as world:
        return Once(world).run()


def run_demo(mnara: Path, folder: Path) -> None:
    with lock_folder(folder), World(Appliance(mnara, folder)) as world:
        world.api.post("/api/v1/providers/mpesa/register-urls")
        print(f"making {CUSTOMERS} subscribers", flush=True)
        customers = seed_demo(world.api, folder, CUSTOMERS)
        seed_town(world.appliance, world.api, customers)
        print(f"\n  Mnara runs at   {world.appliance.url}\n"
              f"  sign in once    {world.appliance.sign_in_link()}\n"
              f"  over HTTPS      {world.appliance.https_url}\n"
              f"  its own CA      {world.appliance.url}/ca.crt  SHA-256\n"
              f"                  {world.appliance.ca_fingerprint()}\n"
              f"  its folder      {folder}\n"
              f"  its log         {folder / 'logs' / 'daemon.log'}\n"
              f"  Ctrl-C stops it.\n", flush=True)
        crowd = Crowd(world, customers)
        told = time.monotonic()
        while True:
            for child in world.appliance.children:
                if not child.is_running():
                    raise Trouble(f"{child.name} ended; its last words:\n{child.last_words()}")
            crowd.step(time.monotonic())
            if time.monotonic() - told >= STATUS_EVERY_SECONDS:
                told = time.monotonic()
                print(crowd.summary(), flush=True)
            time.sleep(TICK_SECONDS)


def main() -> int:
    parser = argparse.ArgumentParser(prog="packaging/run")
    parser.add_argument("--mnara", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true",
                        help="the main job a single time; exit 0 only if every promise was kept")
    parser.add_argument("--dir", type=Path, help="the demo's folder (default ./demo-data; "
                        "with --once a fresh one, kept only when something went wrong)")
    arguments = parser.parse_args()
    stop_on_signals()
    fresh = arguments.once and arguments.dir is None
    folder = Path(tempfile.mkdtemp(prefix="mnara-once-")) if fresh else arguments.dir
    folder = (folder or Path("demo-data")).resolve()
    good = False
    try:
        if arguments.once:
            good = run_once(arguments.mnara.resolve(), folder)
        else:
            run_demo(arguments.mnara.resolve(), folder)
    except Stopped as stopped:
        print(f"\nstopped by {stopped}")
        # Ending on request is what a demo is for; a main job that was cut short proved nothing.
        return 1 if arguments.once else 0
    except (Trouble, OSError, RuntimeError) as trouble:
        print(trouble, file=sys.stderr)
    finally:
        if fresh and good:
            shutil.rmtree(folder)
        elif fresh:
            print(f"kept for a look: {folder}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
