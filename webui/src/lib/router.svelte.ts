// Which screen is shown. The address says all of it (screen, id, filters), so Back works and a link
// can be sent to a colleague.
import { tick } from 'svelte';

export interface Place {
  page: string; // "subscribers"; "home" at /
  id: string; // "12", or ""
  query: URLSearchParams;
}

// An address that was cut or mistyped is no page of ours, and no reason to show nothing.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function read(): Place {
  const [, app, page, id] = location.pathname.split('/');
  return {
    page: app === 'app' && page ? page : 'home',
    id: decoded(id ?? ''),
    query: new URLSearchParams(location.search),
  };
}

let here = $state.raw(read());
// How far down each entry of the history was scrolled; kept while the tab is open.
const scrolled = new Map<number, number>();
let entry = (history.state as { entry?: number } | null)?.entry ?? 0;
let lastEntry = entry;

export function place(): Place {
  return here;
}

// The address of a screen; fields that are empty are left out.
export function link(
  page: string,
  id: string | number = '',
  query: Record<string, string | number | undefined> = {},
): string {
  const filled = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') filled.set(name, String(value));
  const text = filled.toString();
  const tail = text ? `?${text}` : '';
  if (page === 'home') return `/${tail}`;
  return `/app/${page}${id === '' ? '' : `/${encodeURIComponent(id)}`}${tail}`;
}

export function go(address: string): void {
  const before = here;
  scrolled.set(entry, scrollY);
  entry = ++lastEntry;
  history.pushState({ entry }, '', address);
  here = read();
  // Another tab of the same screen: the reader stays where he is.
  if (before.page === here.page && before.id === here.id) return;
  scrollTo(0, 0);
  // Who reads with the ears or walks with Tab begins at the content; after a dialog has given back
  // the focus that it took.
  setTimeout(() => document.getElementById('content')?.focus({ preventScroll: true }));
}

// Filters of the screen that is shown: the address changes, the history does not grow.
export function setQuery(changes: Record<string, string | undefined>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes))
    if (value) query.set(name, value);
    else query.delete(name);
  const text = query.toString();
  history.replaceState({ entry }, '', location.pathname + (text ? `?${text}` : ''));
  here = read();
}

async function restoreScroll(): Promise<void> {
  const wanted = scrolled.get(entry) ?? 0;
  // Rows come from the box: try until the page is long enough again, for half a second.
  for (let tries = 0; tries < 10; ++tries) {
    await tick();
    if (document.documentElement.scrollHeight >= wanted + innerHeight) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  scrollTo(0, wanted);
}

export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', (event) => {
    scrolled.set(entry, scrollY);
    entry = (event.state as { entry?: number } | null)?.entry ?? 0;
    here = read();
    void restoreScroll();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = (event.target as Element | null)?.closest('a');
    const address = anchor?.getAttribute('href') ?? '';
    if (!anchor || anchor.target || anchor.hasAttribute('download')) return;
    if (address !== '/' && !address.startsWith('/app/') && !address.startsWith('/?')) return;
    event.preventDefault();
    go(address);
  });
}
