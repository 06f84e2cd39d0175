// What an owner sets, in groups a person thinks in; names and hints are in the catalogue.
import type { Role } from './api/types';

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

// "mpesa.till must be 5 to 8 digits. Nothing was changed." without its first word and its last
// sentence: the field has a name, and others may have been saved.
export const whyOf = (key: string, detail: string) =>
  detail.replace(`${key} `, '').replace(/ Nothing was changed\.$/, '');
