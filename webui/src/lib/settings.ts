// What an owner sets, in groups a person thinks in; names and hints are in the catalogue.
import type { Problem } from './api/client';
import type { Role } from './api/types';
import { isKey, t } from './i18n/index.svelte';
import { wordsOf } from './toasts.svelte';

export const settingGroups: { name: 'isp' | 'mpesa' | 'security' | 'radius' | 'tls'; prefix: string }[] = [
  { name: 'isp', prefix: 'isp.' },
  { name: 'mpesa', prefix: 'mpesa.' },
  { name: 'security', prefix: 'security.' },
  { name: 'radius', prefix: 'radius.' },
  { name: 'tls', prefix: 'tls.' },
];
export const roles: Role[] = ['owner', 'manager', 'cashier', 'technician', 'reseller', 'viewer'];

// Right as they are unless somebody who knows the network says otherwise.
const ADVANCED = /^(mpesa\.(base_url|tls_pin|c2b_version)|radius\..*)$/;
export const isAdvanced = (key: string) => ADVANCED.test(key);

// What would fit, in the reader's language: the box sends a word and its limits.
export function whyOf(problem: Problem): string {
  const key = `setting.why.${problem.why.reason}`;
  if (!isKey(key)) return wordsOf(problem);
  return t(key, { least: problem.why.least ?? '', most: problem.why.most ?? '' });
}
