// An alert in the reader's language: what happened and what to do, by the first word of its key.
import type { Alert } from './api/types';
import { money, phone } from './format';
import { isKey, t } from './i18n/index.svelte';
import { link } from './router.svelte';
import { may } from './session.svelte';

export const kindOf = (alert: Alert) => alert.key.split(':')[0] ?? '';

// Nothing for a kind that these screens do not know.
export function sentenceOf(alert: Alert): string {
  const [kind = '', ...rest] = alert.key.split(':');
  const key = `alert.say.${kind}`;
  if (!isKey(key)) return '';
  const { facts } = alert;
  const unknown = t('payment.not_known');
  return t(key, {
    cash: facts.amount_cents === null ? unknown : money(facts.amount_cents),
    receipt: facts.receipt ?? t('payment.no_receipt'),
    reference: facts.reference || t('alert.nothing_typed'),
    phone: facts.phone ? phone(facts.phone) : unknown,
    router: facts.router_name ?? unknown,
    username: facts.username ?? rest.join(':'),
    login: rest[0] ?? '',
    place: rest.slice(1).join(':'), // an IPv6 network has colons
  });
}

// Where it can be mended; nothing where that is not on a screen, or not one of the reader's.
export function placeOf(alert: Alert): string {
  const { subject } = alert;
  if (subject?.kind === 'payment') return link('payments', subject.id);
  if (subject?.kind === 'attempt') return link('payments', '', { tab: 'attempts', attempt: subject.id });
  if (subject?.kind === 'router') return link('routers', '', { router: subject.id });
  const kind = kindOf(alert);
  if (kind === 'router_job' || kind === 'router_session') return link('routers');
  if (kind === 'mpesa_configuration' && may('own')) return link('settings');
  return kind === 'sign_in' && may('oversee') ? link('operators') : '';
}
