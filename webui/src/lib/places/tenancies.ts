// Somebody moves in or out, each with the words and the way back.
import { post } from '../api/client';
import type { Tenancy } from '../api/types';
import { t } from '../i18n/index.svelte';
import { toast } from '../toasts.svelte';

type Changed = () => unknown;

export interface Home {
  id: number; // of the unit
  label: string; // "Riverside A3"
}
export const nameOf = (one: Tenancy) => `${one.building_name} ${one.unit_label}`;

function end(tenancy: number, until_at?: number): Promise<Tenancy> {
  return post('/api/v1/tenancies/{id}/end', { path: { id: tenancy }, body: { until_at } });
}
function begin(unit: number, body: { subscriber_id: number; from_at?: number; leaves_others?: boolean }): Promise<Tenancy> {
  return post('/api/v1/units/{id}/tenancies', { path: { id: unit }, body });
}

export async function moveOut(tenancy: Tenancy, changed: Changed): Promise<void> {
  const { until_at } = await end(tenancy.id);
  await changed();
  toast(t('place.moved_out', { name: tenancy.full_name }), async () => {
    await begin(tenancy.unit_id, { subscriber_id: tenancy.subscriber_id, from_at: until_at ?? undefined });
    await changed();
  });
}

/** `left`: the homes that end with it; `fromAt`: UTC seconds, nothing for now. */
export async function moveIn(home: Home, who: { id: number; full_name: string }, left: Tenancy[], fromAt: number | undefined, changed: Changed): Promise<void> {
  const made = await begin(home.id, { subscriber_id: who.id, from_at: fromAt, leaves_others: left.length > 0 });
  await changed();
  toast(t('place.moved_in', { name: who.full_name, home: home.label }), async () => {
    // A home that ends where it began never was; one that only went on again ends where it had ended.
    const at = fromAt ?? made.from_at;
    await end(made.id, at);
    for (const one of left) await begin(one.unit_id, { subscriber_id: who.id, from_at: at });
    await changed();
  });
}
