// A row of the audit log as a sentence: who did what to what.
import { count, money, phone } from './format';
import { isKey, named, t } from './i18n/index.svelte';
import { link } from './router.svelte';
import { me } from './session.svelte';

export interface Row {
  actor: string;
  actor_name?: string | null;
  action: string;
  entity: string;
  entity_id: string;
  entity_name?: string | null;
  subscriber_id?: number | null;
  fields?: Record<string, unknown>;
}

export function actorName(row: Pick<Row, 'actor' | 'actor_name'>): string {
  if (row.actor_name) return row.actor_name;
  if (row.actor === 'system:console') return t('audit.the_console');
  if (row.actor.startsWith('system:')) return t('audit.the_box');
  const mine = me();
  return mine && row.actor === `operator:${mine.id}` ? mine.full_name : t('audit.staff');
}

export function sentence(row: Row): string {
  const key = `did.${row.action}_${row.entity}`;
  const what = isKey(key)
    ? t(key)
    : t('audit.other', {
        action: row.action.replaceAll('_', ' '),
        entity: named('entity', row.entity.replaceAll('_', ' ')),
      });
  return t('audit.sentence', { who: actorName(row), what });
}

// Where the thing itself is shown; nothing where it has no page.
export function target(row: Row): string {
  const pages: Record<string, string> = { subscriber: 'subscribers', payment: 'payments' };
  const page = pages[row.entity];
  if (page && /^\d+$/.test(row.entity_id)) return link(page, row.entity_id);
  if (row.subscriber_id) return link('subscribers', row.subscriber_id);
  if (row.entity === 'router' && row.action !== 'removed') return link('routers', '', { router: row.entity_id });
  return row.entity === 'plan' ? link('plans') : '';
}

function spoken(name: string, value: unknown): string {
  if (typeof value === 'number') return name.endsWith('cents') ? money(value) : count(value);
  const text = String(value);
  if (name.startsWith('role')) return named('role', text);
  if (name === 'key') return named('setting', text.replaceAll('.', '_'));
  if (name === 'result') return named('mpesa.reason', text);
  return phone(text);
}

// The fields as they were written down: names, sums, before and after.
export function details(row: Row): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(row.fields ?? {})) {
    // Numbers of rows say nothing to a reader.
    if (value === null || value === '' || typeof value === 'object' || name.endsWith('_id')) continue;
    parts.push(`${named('audit.field', name)}: ${spoken(name, value)}`);
  }
  return parts.join(', ');
}
