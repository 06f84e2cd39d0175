// Gives a payment to a customer. It buys at once what it can; the way back is offered only where it
// bought nothing, for time that was sold is not taken back by a tap.
import { get, post } from '../api/client';
import { once } from '../api/wishes';
import { money } from '../format';
import { t } from '../i18n/index.svelte';
import { toast } from '../toasts.svelte';

interface Money {
  id: number;
  amount_cents: number;
}
type Changed = () => Promise<unknown>;

function send(payment: Money, subscriber: number, keepalive = false) {
  return once(['assign', payment.id, subscriber], (key) =>
    post('/api/v1/payments/{id}/assign', {
      path: { id: payment.id },
      key,
      body: { subscriber_id: subscriber },
      keepalive,
    }),
  );
}

// The last moment of a page that is closed: nobody is there to hear what became of it.
export function assignWhileClosing(payment: Money, subscriber: number): void {
  void send(payment, subscriber, true).catch(() => undefined);
}

export async function assign(
  payment: Money,
  subscriber: number,
  name: string,
  changed: Changed,
): Promise<void> {
  await send(payment, subscriber);
  await given(payment, subscriber, name, changed);
}

// Says that it was given, with the way back where there is one.
export async function given(
  payment: Money,
  subscriber: number,
  name: string,
  changed: Changed,
): Promise<void> {
  const who = await get('/api/v1/subscribers/{id}', { path: { id: subscriber } }).catch(() => null);
  await changed();
  const isWhole = who !== null && who.wallet_cents >= payment.amount_cents;
  const values = { cash: money(payment.amount_cents), name };
  if (!isWhole) {
    toast(t('payment.given_bought', values));
    return;
  }
  toast(t('payment.given', values), async () => {
    await unassign(payment.id, t('reason.undo'));
    await changed();
  });
}

export function unassign(id: number, reason: string) {
  return once(['unassign', id, reason], (key) =>
    post('/api/v1/payments/{id}/unassign', { path: { id }, key, body: { reason } }),
  );
}
