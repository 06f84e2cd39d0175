// What must not be done twice. The box does a wish once for each key; whoever wishes the same again
// because no answer came gets the same key, in whichever dialog he asks for it.
import { newKey, Problem } from './client';

interface Wish {
  key: string;
  madeMs: number;
}
// The same wish much later is a new one: who buys a term today may buy another tonight.
const SAME_MS = 10 * 60_000;
const unanswered = new Map<string, Wish>();

export async function once<T>(what: unknown[], send: (key: string) => Promise<T>): Promise<T> {
  const name = JSON.stringify(what);
  const known = unanswered.get(name);
  const isSame = known !== undefined && performance.now() - known.madeMs < SAME_MS;
  const wish = isSame ? known : { key: newKey(), madeMs: performance.now() };
  unanswered.set(name, wish);
  try {
    const answer = await send(wish.key);
    unanswered.delete(name);
    return answer;
  } catch (trouble) {
    // A refusal is an answer: nothing was done.
    if (trouble instanceof Problem && trouble.isRefusal) unanswered.delete(name);
    throw trouble;
  }
}

// Who signs out takes the wishes along.
export function forgetWishes(): void {
  unanswered.clear();
}
