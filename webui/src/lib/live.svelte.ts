// Live updates: one stream of server-sent events says which subjects changed, screens fetch anew.
// Where there is no stream (an old proxy between), the same subjects are asked for every 5 s.
import { untrack } from 'svelte';

type State = 'connecting' | 'live' | 'reconnecting' | 'polling';
const POLL_MS = 5_000;
// Many changes at once are one refresh.
const GATHER_MS = 400;
// A busy box tells of changes without an end, and mobile data is bought: between two refreshes of
// one thing there is a pause. The first change after a quiet time is fetched at once.
const PAUSE_MS = 4_000;

interface Watcher {
  topics: string[];
  refresh: () => Promise<unknown>;
  isDue: boolean;
  isBusy: boolean;
  timer: number;
  restsUntil: number;
}

const live = $state<{ state: State; at: number }>({ state: 'connecting', at: 0 });
const watchers = new Set<Watcher>();
let isWanted = false;
let source: EventSource | null = null;
let poll = 0;
let heldUntil = 0;

export function liveState(): State {
  return live.state;
}

// When something was last heard, in seconds.
export function heardAt(): number {
  return live.at;
}

// Rows that are pointed at must not move: no refresh for that long.
export function holdRefreshes(forMs: number): void {
  heldUntil = Math.max(heldUntil, performance.now() + forMs);
}

// While nobody looks nothing is fetched; what was missed is when the page is shown again.
function arm(one: Watcher): void {
  if (!one.isDue || one.isBusy || one.timer || document.hidden || !watchers.has(one)) return;
  const wait = Math.max(one.restsUntil, heldUntil) - performance.now();
  one.timer = window.setTimeout(() => void run(one), Math.max(GATHER_MS, wait));
}

async function run(one: Watcher): Promise<void> {
  one.timer = 0;
  if (document.hidden || performance.now() < heldUntil) {
    arm(one);
    return;
  }
  one.isDue = false;
  one.isBusy = true;
  try {
    await untrack(one.refresh);
  } finally {
    one.isBusy = false;
    one.restsUntil = performance.now() + PAUSE_MS;
    arm(one); // changed again while it was fetched
  }
}

function heard(topics?: string[]): void {
  live.at = Date.now() / 1000;
  for (const one of watchers) {
    if (topics && !one.topics.some((topic) => topics.includes(topic))) continue;
    one.isDue = true;
    arm(one);
  }
}

// A browser has six connections for one box, and keeps pages that were left alive: a stream for each
// tab that nobody looks at would leave none for the next page.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hangUp();
  else if (isWanted) {
    live.state = 'reconnecting'; // what happened meanwhile is fetched as soon as it is open
    startLive();
  }
  for (const one of watchers) arm(one);
});

// A stream that was refused (the box began anew, or had too many listeners) is tried again too.
function pollOnce(): void {
  heard();
  if (source?.readyState === EventSource.CLOSED) listen();
}

function listen(): void {
  source = new EventSource('/api/v1/events');
  source.onopen = () => {
    clearInterval(poll);
    poll = 0;
    // What happened in between is not told again: look once at everything.
    if (live.state === 'reconnecting' || live.state === 'polling') heard();
    live.state = 'live';
    live.at = Date.now() / 1000;
  };
  source.onerror = () => {
    // A closed stream was refused; the browser does not try it again.
    const gone = source?.readyState === EventSource.CLOSED;
    live.state = gone ? 'polling' : 'reconnecting';
    if (!poll) poll = window.setInterval(pollOnce, POLL_MS);
  };
  source.addEventListener('changed', (event) => {
    const told = JSON.parse((event as MessageEvent<string>).data) as { topics: string[] };
    heard(told.topics);
  });
}

function hangUp(): void {
  source?.close();
  source = null;
  clearInterval(poll);
  poll = 0;
}

export function startLive(): void {
  isWanted = true;
  if (!source && !document.hidden) listen();
}

export function stopLive(): void {
  isWanted = false;
  hangUp();
  live.state = 'connecting';
}

// To be called while a screen is set up: `refresh` runs when one of the subjects changed, and never
// a second time before it is done.
export function watch(topics: string[], refresh: () => Promise<unknown>): void {
  $effect(() => {
    const one: Watcher = { topics, refresh, isDue: false, isBusy: false, timer: 0, restsUntil: 0 };
    watchers.add(one);
    return () => {
      watchers.delete(one);
      clearTimeout(one.timer);
    };
  });
}
