"""RESULTS.md: a table by benchmark with every round, and what bounds a missed aim."""

from __future__ import annotations

from tests.bench.measure import BENCH, Verdict, judge, row_from_json

HEAD = """# Benchmarks: results

Written by `tests/bench/run`; do not edit. Figures are medians of interleaved rounds, each
contestant once a round. A ratio is median by median. An aim is a limit: `tests/bench/run` fails
beyond it.
How each figure is measured stands at the head of its file in `tests/bench`. Generator, servers and
databases share the cores of one machine, so compare within this page, not with another machine's.

"""


def number(value: float) -> str:
    """Three figures are as many as a median of noisy rounds is worth."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def aim_of(verdict: Verdict) -> str:
    row = verdict.row
    unit = "x" if verdict.ratio is not None else f" {row.unit}"
    parts = []
    if row.at_least is not None:
        parts.append(f">= {number(row.at_least)}{unit}")
    if row.at_most is not None:
        parts.append(f"<= {number(row.at_most)}{unit}")
    return " and ".join(parts)


def word_of(verdict: Verdict) -> str:
    return {None: "", True: "held", False: "MISSED"}[verdict.held]


def line_of(verdict: Verdict) -> str:
    """One row on a terminal."""
    row = verdict.row
    text = f"{row.id}: {number(row.median)} {row.unit}"
    if verdict.ratio is not None:
        text += f", {number(verdict.ratio)}x {row.beside}"
    if verdict.held is not None:
        text += f", aim {aim_of(verdict)}: {word_of(verdict)}"
    return text


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def table_line(verdict: Verdict) -> str:
    row = verdict.row
    what = cell(row.what) + (f" ({', '.join(row.promises)})" if row.promises else "")
    rounds = " ".join(f"{value:.4g}" for value in row.values)
    ratio = "" if verdict.ratio is None else f"{number(verdict.ratio)}x `{row.beside}`"
    aim = f"{aim_of(verdict)}: **{word_of(verdict)}**" if verdict.held is not None else ""
    return (f"| `{row.id}` | {what} | **{number(row.median)}** {row.unit} | {rounds} | {ratio} "
            f"| {aim} |")


def section(name: str, entry: dict) -> list[str]:
    verdicts = judge([row_from_json(row) for row in entry["rows"]])
    lines = [f"## {name}", "", f"{entry['date']}, {entry['rounds']} rounds, {entry['seconds']} s, "
             f"commit {entry['machine']['commit']}.", "",
             "| row | what | median | rounds | ratio | aim |", "|---|---|---|---|---|---|"]
    lines += [table_line(verdict) for verdict in verdicts]
    lines.append("")
    notes = [f"- `{v.row.id}`{' (aim missed)' if v.held is False else ''}: "
             + (v.row.note or "what bounds it is not known yet.")
             for v in verdicts if v.row.note or v.held is False]
    if notes:
        lines += notes + [""]
    return lines


def machine_section(entries: dict[str, dict]) -> list[str]:
    """The facts that all runs share; where a run differs, its own value stands behind its name."""
    if not entries:
        return []
    latest = max(entries.values(), key=lambda entry: entry["date"])["machine"]
    lines = ["## Machine", "", "| | |", "|---|---|"]
    for key, value in latest.items():
        if key == "commit":
            continue
        others = [f"{entry['machine'].get(key)} ({name})" for name, entry in entries.items()
                  if entry["machine"].get(key) != value]
        lines.append(f"| {key} | {cell('; '.join([value, *others]))} |")
    return [*lines, ""]


def write(entries: dict[str, dict]) -> None:
    """Writes RESULTS.md from the entries of results.json, by name of benchmark."""
    lines = machine_section(entries)
    missed = [(name, verdict) for name, entry in entries.items()
              for verdict in judge([row_from_json(row) for row in entry["rows"]])
              if verdict.held is False]
    lines += ["## Aims that were missed", ""]
    lines += [f"- {name}: `{v.row.id}`: {number(v.judged)}, aim {aim_of(v)}" for name, v in missed]
    if not missed:
        lines.append("None.")
    lines += ["", "## Growth", "", "![How each figure changes with the number of subscribers]"
              "(growth.svg)", ""]
    for name, entry in entries.items():
        lines += section(name, entry)
    (BENCH / "RESULTS.md").write_text(HEAD + "\n".join(lines).rstrip() + "\n", encoding="utf-8")
