// Rows that stand still while one taps: a list that is pointed at is not refreshed, and where rows have
// just changed places a tap meant another. For what cannot be taken back.
import type { Action } from 'svelte/action';
import { holdRefreshes } from '../live.svelte';

const POINTED_MS = 2_000;
const FOCUSED_MS = 4_000;
const SETTLE_MS = 400;

// `order` names the rows from above.
export const still: Action<HTMLElement, string> = (box, first = '') => {
  let order = first;
  let settledAt = 0;
  const pointed = () => holdRefreshes(POINTED_MS);
  const focused = () => holdRefreshes(FOCUSED_MS);
  // A key goes to the row that has the focus, wherever that has moved.
  const tapped = (event: MouseEvent) => {
    if (event.detail === 0 || performance.now() > settledAt) return;
    if (!(event.target as Element).closest('button')) return;
    event.preventDefault();
    event.stopPropagation();
  };
  box.addEventListener('pointerdown', pointed);
  box.addEventListener('pointermove', pointed);
  box.addEventListener('focusin', focused);
  box.addEventListener('click', tapped, true);
  return {
    update(now) {
      // Rows that came at the end move none, and where none is left nothing can be meant amiss.
      if (order !== '' && now !== '' && !`${now},`.startsWith(`${order},`)) settledAt = performance.now() + SETTLE_MS;
      order = now;
    },
  };
};
