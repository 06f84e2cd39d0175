// The one way to the box. Paths, fields and answers are those of openapi.yaml: a name that the
// contract does not have does not compile.
import type { paths } from './schema';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type With<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P]
  ? paths[P][M]
  : never;
// The contract says twice what stands in a list (any list, this list); here it is said once.
type Once<T> = T extends { items: infer I extends unknown[] }
  ? Omit<T, 'items'> & { items: I[number][] }
  : T;
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? Once<T> : never;
type Good = 200 | 201 | 202;
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R }
    ? { [S in keyof R & Good]: JsonOf<R[S]> }[keyof R & Good]
    : never;
type Query<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { parameters: { query?: infer Q } } ? Q : never;
type Sent<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: infer B }
    ? NonNullable<B> extends { content: { 'application/json': infer T } }
      ? T
      : never
    : never;

// Why, where the box has a word for it, with the limits of what would fit.
interface Why {
  reason?: string;
  least?: number;
  most?: number;
}

// What the box refused or could not do; `detail` is one plain English sentence.
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly request: string,
    readonly waitSeconds = 0, // before it is worth trying again
    readonly why: Why = {},
  ) {
    super(detail);
  }

  // The box read the request and said no. Anything else may have been done all the same.
  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

export function asProblem(trouble: unknown): Problem {
  if (trouble instanceof Problem) return trouble;
  console.error(trouble);
  return new Problem(0, 'failed', String(trouble), '');
}

// What a screen that is left alone asks for must keep nobody signed in.
const LEFT_ALONE_MS = 60_000;
let touchedAt = performance.now();
for (const hand of ['pointerdown', 'keydown', 'wheel', 'touchmove'])
  addEventListener(hand, () => (touchedAt = performance.now()), { capture: true, passive: true });

function isLeftAlone(): boolean {
  return performance.now() - touchedAt > LEFT_ALONE_MS;
}

export interface Options<Q = never> {
  path?: Record<string, string | number>;
  query?: Q;
  signal?: AbortSignal;
}

let csrfToken = '';
let onSignedOut: () => void = () => {};
let renewSession: () => Promise<boolean> = () => Promise.resolve(false);

export function rememberCsrf(token: string): void {
  csrfToken = token;
}

export function whenSignedOut(action: () => void): void {
  onSignedOut = action;
}

// Says whether the same person goes on with a new token.
export function whenTokenIsOld(action: () => Promise<boolean>): void {
  renewSession = action;
}

// For a write that must be done once; lib/api/wishes.ts keeps it until there is an answer.
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

function address(path: string, options: Options<unknown>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(options.path?.[name] ?? '')),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((options.query ?? {}) as Record<string, unknown>))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemOf(response: Response): Promise<Problem> {
  const request = response.headers.get('X-Request-Id') ?? '';
  const wait = Number(response.headers.get('Retry-After')) || 0;
  const said = (await response.json().catch(() => ({}))) as Why & { code?: string; detail?: string };
  return new Problem(response.status, said.code ?? 'failed', said.detail ?? '', request, wait, said);
}

// A dead radio link tells nobody that it is dead.
const READ_MS = 30_000;
const WRITE_MS = 45_000;

// Of what was only read nothing can have happened, nor of what was sent without any network; another
// write may have arrived though its answer did not.
function unanswered(method: string, wasOffline: boolean, key?: string): Problem {
  if (method === 'GET') return new Problem(0, navigator.onLine ? 'no_network' : 'offline', '', '');
  if (wasOffline && !navigator.onLine) return new Problem(0, 'offline_not_sent', '', '');
  return new Problem(0, key ? 'no_answer_once' : 'no_answer', '', '');
}

// The answer and what is in it, before the time is over.
async function exchange(
  method: string,
  path: string,
  init: RequestInit & { key?: string },
): Promise<{ response: Response; said?: unknown }> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), method === 'GET' ? READ_MS : WRITE_MS);
  const wasOffline = !navigator.onLine;
  const outer = init.signal;
  outer?.addEventListener('abort', () => stop.abort());
  try {
    const response = await fetch(path, {
      ...init,
      method,
      signal: stop.signal,
      credentials: 'same-origin',
    });
    if (!response.ok) return { response, said: await problemOf(response) };
    const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
    return { response, said: isJson ? await response.json() : undefined };
  } catch (trouble) {
    // Whoever asked does not want it any more.
    if (outer?.aborted) throw trouble;
    throw unanswered(method, wasOffline, init.key);
  } finally {
    clearTimeout(timer);
  }
}

async function send(
  method: string,
  path: string,
  options: Options<unknown> & { body?: unknown; key?: string; keepalive?: boolean },
  isSecond = false,
): Promise<unknown> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  else if (isLeftAlone()) headers['X-Mnara-Auto'] = '1';
  if (options.key) headers['Idempotency-Key'] = options.key;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  const { response, said } = await exchange(method, address(path, options), {
    headers,
    body: options.body === undefined ? undefined : JSON.stringify(options.body),
    signal: options.signal,
    keepalive: options.keepalive,
    key: options.key,
  });
  if (response.ok) return said;
  const { code } = said as Problem;
  if (code === 'not_signed_in') onSignedOut();
  // Refused before it was looked at, so that it can be sent again.
  if (code === 'csrf' && !isSecond && (await renewSession().catch(() => false)))
    return send(method, path, options, true);
  throw said;
}

export function get<P extends With<'get'>>(
  path: P,
  options: Options<Query<P, 'get'>> = {},
): Promise<Answer<P, 'get'>> {
  return send('GET', path, options) as Promise<Answer<P, 'get'>>;
}

type Write<P extends keyof paths, M extends Method> = Options<Query<P, M>> & {
  body?: Sent<P, M>;
  key?: string;
  keepalive?: boolean; // it is sent though the page is being closed
};

export function post<P extends With<'post'>>(
  path: P,
  options: Write<P, 'post'> = {},
): Promise<Answer<P, 'post'>> {
  // A refusal for want of a body would be a riddle; every write of ours reads JSON.
  const body = options.body ?? {};
  return send('POST', path, { ...options, body }) as Promise<Answer<P, 'post'>>;
}

export function put<P extends With<'put'>>(
  path: P,
  options: Write<P, 'put'> = {},
): Promise<Answer<P, 'put'>> {
  return send('PUT', path, options) as Promise<Answer<P, 'put'>>;
}

export function patch<P extends With<'patch'>>(
  path: P,
  options: Write<P, 'patch'> = {},
): Promise<Answer<P, 'patch'>> {
  return send('PATCH', path, options) as Promise<Answer<P, 'patch'>>;
}

export function del<P extends With<'delete'>>(
  path: P,
  options: Write<P, 'delete'> = {},
): Promise<Answer<P, 'delete'>> {
  return send('DELETE', path, options) as Promise<Answer<P, 'delete'>>;
}

// A picture as it is; the contract knows its two types.
export async function upload(path: '/api/v1/isp/logo', file: File): Promise<void> {
  const { response, said } = await exchange('PUT', path, {
    headers: { 'X-CSRF-Token': csrfToken, 'Content-Type': file.type },
    body: file,
  });
  if (!response.ok) throw said;
}
