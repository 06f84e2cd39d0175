"""Runs benchmarks, keeps their raw rounds, writes RESULTS.md and growth.svg.

Started by tests/bench/run, which installs and builds what this needs.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import sys
import time

from tests.bench import growth_plot, report
from tests.bench.machine import machine_facts
from tests.bench.measure import BENCH, Benchmark, judge, row_from_json, row_to_json

RESULTS = BENCH / "results.json"
MODULE_PATTERNS = ("radius_*.py", "http_*.py", "box_*.py")


def benchmarks() -> dict[str, Benchmark]:
    """Every benchmark by its name, in the order in which RESULTS.md shows them."""
    found: dict[str, Benchmark] = {}
    for pattern in MODULE_PATTERNS:
        for path in sorted(BENCH.glob(pattern)):
            module = importlib.import_module(f"tests.bench.{path.stem}")
            for benchmark in getattr(module, "BENCHMARKS", []):
                if benchmark.name in found:
                    raise ValueError(f"two benchmarks are called {benchmark.name}")
                found[benchmark.name] = benchmark
    return found


def load_results() -> dict:
    if not RESULTS.exists():
        return {"benchmarks": {}}
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def run_one(benchmark: Benchmark, rounds: int, quick: bool) -> dict:
    """The entry of results.json of one benchmark."""
    print(f"== {benchmark.name}", flush=True)
    started = time.monotonic()
    rows = benchmark.run(rounds, quick)
    for verdict in judge(rows):
        print("   " + report.line_of(verdict), flush=True)
    seconds = time.monotonic() - started
    print(f"== {benchmark.name}: {len(rows)} rows in {seconds:.0f} s", flush=True)
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
            "rounds": rounds, "quick": quick, "seconds": round(seconds),
            "machine": machine_facts(), "rows": [row_to_json(row) for row in rows]}


def main() -> int:
    known = benchmarks()
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of: " + " ".join(known))
    parser.add_argument("--quick", action="store_true", help="less work; the limits do not count")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--report", action="store_true", help="only write RESULTS.md again")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in known:
            parser.error(f"there is no benchmark {name}; there are: {' '.join(known)}")

    results = load_results()
    failed: list[str] = []
    for name in [] if arguments.report else arguments.names or known:
        try:
            results["benchmarks"][name] = run_one(known[name], arguments.rounds, arguments.quick)
        except Exception as error:  # the others are still worth running
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
            failed.append(name)
            continue
        # Quick figures are for who changes a benchmark; they never stand in RESULTS.md.
        if not arguments.quick:
            RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")

    shown = {name: results["benchmarks"][name] for name in known if name in results["benchmarks"]}
    if not arguments.quick:
        report.write(shown)
        growth_plot.write([row_from_json(row) for entry in shown.values() for row in entry["rows"]])
    ran = shown if arguments.report else {name: shown[name] for name in arguments.names or known
                                          if name in shown and name not in failed}
    beyond = [verdict for entry in ran.values()
              for verdict in judge([row_from_json(row) for row in entry["rows"]])
              if verdict.held is False]
    for verdict in beyond:
        print("BEYOND " + report.line_of(verdict))
    if failed:
        return 1
    return 1 if beyond and not arguments.quick else 0


if __name__ == "__main__":
    sys.exit(main())
