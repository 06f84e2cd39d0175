"""Reads the daemon's log, one JSON object a line, while it is being written."""

from __future__ import annotations

import json
from pathlib import Path


class DaemonLog:
    """The lines from a byte offset on. entries grows with each read_new()."""

    def __init__(self, path: Path, start_bytes: int) -> None:
        self.path_ = path
        self.offset_ = start_bytes
        self.entries: list[dict] = []

    def read_new(self) -> None:
        with self.path_.open("rb") as log:
            log.seek(self.offset_)
            data = log.read()
        whole = data[:data.rfind(b"\n") + 1]  # the last line may still be in the making
        self.offset_ += len(whole)
        for line in whole.splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # a library's or a sanitizer's own words
            if isinstance(entry, dict) and "id" in entry:
                self.entries.append(entry)

    def find(self, message_id: str, since_ms: int = 0, **fields) -> dict | None:
        """The first entry with that id, not before a time, whose fields have these values."""
        self.read_new()
        for entry in self.entries:
            if (entry["id"] == message_id and entry.get("at_ms", 0) >= since_ms
                    and all(entry.get(name) == value for name, value in fields.items())):
                return entry
        return None
