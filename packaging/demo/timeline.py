"""The steps of the main job with their times, and the promises that some of them make."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Promise:
    """A step happens within so many milliseconds of an earlier one."""
    step: str
    since: str
    limit_ms: int


@dataclass
class Timeline:
    steps: list[str]  # in the order in which they are told
    promises: list[Promise]
    at_ms: dict[str, int] = field(default_factory=dict)

    def note(self, step: str, at_ms: int) -> None:
        """When a step happened, UTC epoch milliseconds. KeyError for a step that nobody expects."""
        if step not in self.steps:
            raise KeyError(step)
        self.at_ms[step] = at_ms

    def missing(self) -> list[str]:
        return [step for step in self.steps if step not in self.at_ms]

    def missed(self) -> list[Promise]:
        """Promises not kept; one whose steps did not both happen is not kept either."""
        return [promise for promise in self.promises
                if promise.step not in self.at_ms or promise.since not in self.at_ms
                or self.took_ms(promise) > promise.limit_ms]

    def took_ms(self, promise: Promise) -> int:
        return self.at_ms[promise.step] - self.at_ms[promise.since]

    def is_good(self) -> bool:
        return not self.missing() and not self.missed()

    def lines(self) -> list[str]:
        """A line per step: milliseconds since the first one, since the one before, the promise."""
        told = []
        first = before = None
        for step in self.steps:
            at = self.at_ms.get(step)
            if at is None:
                told.append(f"{'-':>9}  {'-':>9}  {step}  DID NOT HAPPEN")
                continue
            first = at if first is None else first
            since = at - (at if before is None else before)
            before = at
            told.append(f"{at - first:>6} ms  {since:>+6} ms  {step}{self.promise_text(step)}")
        return told

    def promise_text(self, step: str) -> str:
        text = ""
        for promise in self.promises:
            if promise.step == step and promise.since in self.at_ms:
                took = self.took_ms(promise)
                verdict = "ok" if took <= promise.limit_ms else "MISSED"
                text += (f"  [{took} ms since {promise.since}, promised within "
                         f"{promise.limit_ms} ms: {verdict}]")
        return text
