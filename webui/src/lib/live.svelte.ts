// Live updates: one stream of server-sent events says which subjects changed, screens fetch anew.
// Where there is no stream (an old proxy between), the same subjects are asked for every 5 s.
import { untrack } from 'svelte';

type State = 'connecting' | 'live' | 'reconnecting' | 'polling';
const POLL_MS = 5_000;
// Many changes at once are one refresh.
const GATHER_MS = 400;

const live = $state<{ state: State; at: number }>({ state: 'connecting', at: 0 });
const watchers = new Map<string, Set<() => void>>();
let source: EventSource | null = null;
let poll = 0;
const waiting = new Map<() => void, number>();

export function liveState(): State {
  return live.state;
}

// When something was last heard, in seconds.
export function heardAt(): number {
  return live.at;
}

function wake(watcher: () => void): void {
  if (waiting.has(watcher)) return;
  waiting.set(
    watcher,
    window.setTimeout(() => {
      waiting.delete(watcher);
      watcher();
    }, GATHER_MS),
  );
}

function heard(topic: string): void {
  live.at = Date.now() / 1000;
  for (const watcher of watchers.get(topic) ?? []) wake(watcher);
}

function all(): void {
  if (document.hidden) return;
  for (const topic of watchers.keys()) heard(topic);
}

// A stream that was refused (the box began anew, or had too many listeners) is tried again too.
function pollOnce(): void {
  all();
  if (source?.readyState === EventSource.CLOSED) listen();
}

function listen(): void {
  source = new EventSource('/api/v1/events');
  source.onopen = () => {
    clearInterval(poll);
    poll = 0;
    // What happened in between is not told again: look once at everything.
    if (live.state === 'reconnecting' || live.state === 'polling') all();
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
    for (const topic of told.topics) heard(topic);
  });
}

export function startLive(): void {
  if (!source) listen();
}

export function stopLive(): void {
  source?.close();
  source = null;
  clearInterval(poll);
  poll = 0;
  live.state = 'connecting';
}

// To be called while a screen is set up: `refresh` runs when one of the subjects changed.
export function watch(topics: string[], refresh: () => void): void {
  $effect(() => {
    const run = () => untrack(refresh);
    for (const topic of topics) {
      if (!watchers.has(topic)) watchers.set(topic, new Set());
      watchers.get(topic)?.add(run);
    }
    return () => {
      clearTimeout(waiting.get(run));
      waiting.delete(run);
      for (const topic of topics) watchers.get(topic)?.delete(run);
    };
  });
}
