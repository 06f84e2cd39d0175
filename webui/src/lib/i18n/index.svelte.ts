// English and Swahili. The keys are those of en.ts; sw.ts that lacks one does not compile. The
// language is the user's choice and stays in the browser; Swahili is fetched when it is chosen.
import { useFormatsOf } from '../format';
import { en } from './en';

export type Key = keyof typeof en;
export type Words = Record<Key, string>;
export type Language = 'en' | 'sw';

const KEPT = 'mnara.language';
let spoken = $state.raw<{ language: Language; words: Words }>({ language: 'en', words: en });

export function language(): Language {
  return spoken.language;
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  const words = chosen === 'sw' ? (await import('./sw')).sw : en;
  useFormatsOf(chosen);
  spoken = { language: chosen, words };
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

export async function startLanguage(): Promise<void> {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // Nothing kept: English.
  }
  // Where its words cannot be fetched English is better than an empty page.
  if (kept === 'sw') await chooseLanguage('sw').catch(() => undefined);
}

// The words of a key; {name} stands for a value.
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return spoken.words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}

// What the box names with a word of its own ("expired", "locked"): its translation, or the word.
export function named(group: string, word: string): string {
  const key = `${group}.${word.replaceAll(' ', '_')}`;
  return isKey(key) ? t(key) : word;
}
