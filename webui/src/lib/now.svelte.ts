// The time, for "3 min ago" and for what is over; moves every ten seconds while it is looked at.
const TICK_MS = 10_000;
const time = $state({ now: Math.floor(Date.now() / 1000) });

setInterval(() => {
  if (!document.hidden) time.now = Math.floor(Date.now() / 1000);
}, TICK_MS);

export function now(): number {
  return time.now;
}
