// What was just done, at the foot of the screen, with a way back where there is one.
import { t, isKey } from './i18n/index.svelte';
import { Problem } from './api/client';
import { length } from './format';
import { isWide } from './wide.svelte';

export interface Toast {
  id: number;
  text: string;
  kind: 'good' | 'bad';
  undo?: () => Promise<void> | void;
}

const UNDO_MS = 10_000;
const SHOWN_MS = 6_000;
const list = $state<Toast[]>([]);
const timers = new Map<number, number>();
let made = 0;

export function toasts(): Toast[] {
  return list;
}

export function dismiss(id: number): void {
  const at = list.findIndex((toast) => toast.id === id);
  if (at >= 0) list.splice(at, 1);
  clearTimeout(timers.get(id));
  timers.delete(id);
}

// Under a dialog a way back cannot be reached, so its time does not run out there.
function goesAfter(id: number, ms: number): void {
  const go = () => {
    const waits = list.some((one) => one.id === id && one.undo) && document.querySelector('dialog[open]');
    if (waits) goesAfter(id, SHOWN_MS);
    else dismiss(id);
  };
  timers.set(id, window.setTimeout(go, ms));
}

export function dismissAll(): void {
  while (list.length > 0) dismiss(list[0]!.id);
}

export function toast(text: string, undo?: Toast['undo'], kind: Toast['kind'] = 'good'): void {
  const id = ++made;
  list.push({ id, text, kind, undo });
  // On a phone more would cover the work. What can still be taken back is the last to go.
  const room = isWide() ? 3 : 1;
  while (list.length > room && list.some((one) => !one.undo && one.id !== id))
    dismiss(list.find((one) => !one.undo && one.id !== id)!.id);
  while (list.length > room + 1) dismiss(list[0]!.id);
  goesAfter(id, undo ? UNDO_MS : SHOWN_MS);
}

// While a finger or the focus is on it, it stays.
export function hold(id: number): void {
  clearTimeout(timers.get(id));
}

export function letGo(id: number): void {
  hold(id);
  goesAfter(id, SHOWN_MS);
}

// A refusal in the reader's language where we know it, else in the words of the box.
export function wordsOf(trouble: unknown): string {
  if (!(trouble instanceof Problem)) return t('problem.failed');
  const key = `problem.${trouble.code}`;
  const values = { detail: trouble.detail, wait: length(trouble.waitSeconds || 60) };
  if (isKey(key)) return t(key, values);
  return trouble.detail ? t('problem.refused', values) : t('problem.failed');
}

export function toastTrouble(trouble: unknown): void {
  const code = trouble instanceof Problem && trouble.request ? ` (${trouble.request})` : '';
  toast(wordsOf(trouble) + code, undefined, 'bad');
}
