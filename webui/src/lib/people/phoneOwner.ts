// Who has one of these phones already, in whatever form it was typed: one who is there twice has two
// wallets and two debts. `but` is a customer who may have it.
import { get } from '../api/client';
import type { SubscriberCard } from '../api/types';

// What all forms of a Kenyan number end with: 0712…, 254712…, +254 712….
const OWN_DIGITS = 9;
const tail = (text: string) => text.replace(/\D/g, '').slice(-OWN_DIGITS);

export async function phoneOwner(phones: string[], but?: number): Promise<SubscriberCard | null> {
  for (const phone of phones) {
    const { items } = await get('/api/v1/subscribers', { query: { search: phone, limit: 10 } });
    const has = (one: SubscriberCard) => one.phones.some((his) => tail(his) === tail(phone));
    const owner = items.find((one) => one.id !== but && has(one));
    if (owner) return owner;
  }
  return null;
}
