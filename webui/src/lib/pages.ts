// The pages of this box by their names and by the words people have for what is in them.
import { isKey, t, type Key } from './i18n/index.svelte';
import { screens } from './screens';
import { may } from './session.svelte';

const TITLE_MIN = 2;
const WORD_MIN = 3;
// "M-Pesa" and "mpesa" are one word.
const wordsOf = (text: string) => text.toLowerCase().replaceAll('-', '').split(/[\s,()?]+/).filter(Boolean);

function isIn(page: string, title: Key, word: string): boolean {
  const key = `find.${page.replaceAll('-', '_')}`;
  const has = (text: string) => wordsOf(text).some((one) => one.startsWith(word));
  return has(t(title)) || (word.length >= WORD_MIN && isKey(key) && has(t(key)));
}

// Each word that was typed begins one of the page's; only pages that this person may see.
export function pagesFor(text: string): { name: string; title: Key }[] {
  const typed = wordsOf(text);
  if (typed.length === 0 || typed.every((word) => word.length < TITLE_MIN)) return [];
  return Object.entries(screens)
    .filter(([name, screen]) => !name.endsWith('/') && (!screen.right || may(screen.right)))
    .filter(([name, screen]) => typed.every((word) => isIn(name, screen.title, word)))
    .map(([name, screen]) => ({ name, title: screen.title }));
}
