// Suspending, resuming and ending a line, each with the words and the way back.
import { post } from '../api/client';
import type { Subscription } from '../api/types';
import { t } from '../i18n/index.svelte';
import { toast, toastTrouble } from '../toasts.svelte';

type Changed = () => void;

async function resume(line: Subscription, reason: string, changed: Changed) {
  await post('/api/v1/subscriptions/{id}/resume', { path: { id: line.id }, body: { reason } });
  changed();
}

export async function suspend(line: Subscription, reason: string, changed: Changed) {
  await post('/api/v1/subscriptions/{id}/suspend', { path: { id: line.id }, body: { reason } });
  changed();
  toast(t('line.suspended', { name: line.username }), () =>
    resume(line, t('reason.undo'), changed),
  );
}

export function saidResumed(line: Subscription, changed: Changed): void {
  toast(t('line.resumed', { name: line.username }), () => suspend(line, t('reason.undo'), changed));
}

/** At once and with a reason of its own; what goes wrong is said in a toast. */
export async function resumeNow(line: Subscription, changed: Changed) {
  try {
    await resume(line, t('reason.resumed'), changed);
    saidResumed(line, changed);
  } catch (trouble) {
    toastTrouble(trouble);
  }
}

export async function end(line: Subscription, reason: string, changed: Changed) {
  await post('/api/v1/subscriptions/{id}/terminate', { path: { id: line.id }, body: { reason } });
  changed();
  toast(t('line.ended', { name: line.username }));
}
