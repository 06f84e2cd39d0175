// Gives a payment to a customer. It buys at once what it can; the way back is offered only where it
// bought nothing, for time that was sold is not taken back by a tap.
import { get, newKey, post } from '../api/client';
import { money } from '../format';
import { t } from '../i18n/index.svelte';
import { toast } from '../toasts.svelte';

export async function assign(
  payment: { id: number; amount_cents: number },
  subscriber: number,
  name: string,
  changed: () => Promise<void>,
): Promise<void> {
  const path = { id: payment.id };
  await post('/api/v1/payments/{id}/assign', {
    path,
    key: newKey(),
    body: { subscriber_id: subscriber },
  });
  const who = await get('/api/v1/subscribers/{id}', { path: { id: subscriber } }).catch(() => null);
  await changed();
  const isWhole = who !== null && who.wallet_cents >= payment.amount_cents;
  const values = { cash: money(payment.amount_cents), name };
  if (!isWhole) {
    toast(t('payment.given_bought', values));
    return;
  }
  toast(t('payment.given', values), async () => {
    const body = { reason: t('reason.undo') };
    await post('/api/v1/payments/{id}/unassign', { path, key: newKey(), body });
    await changed();
  });
}
