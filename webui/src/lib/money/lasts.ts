// "1 month", "30 days": how long a plan lasts.
import type { Plan } from '../api/types';
import { named, t } from '../i18n/index.svelte';

export function lasts(plan: Plan): string {
  return t('plan.lasts', {
    n: plan.duration_n,
    unit: named(plan.duration_n === 1 ? 'unit_one' : 'unit', plan.duration_unit),
  });
}
