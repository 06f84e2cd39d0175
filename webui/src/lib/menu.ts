// The menu, by subject; what one may never do is not in it.
import {
  Activity, Braces, Building2, ChartColumn, CircleHelp, House, KeyRound, Layers, MapPin, Menu, ReceiptText,
  Router, ScrollText, Settings, Tag, UserCog, Users, Wifi, type IconNode,
} from 'lucide';
import type { Key } from './i18n/index.svelte';
import type { Right } from './session.svelte';

export interface Item {
  page: string;
  name: Key;
  icon: IconNode;
  right?: Right;
}

export const tabs: Item[] = [
  { page: 'home', name: 'nav.home', icon: House },
  { page: 'subscribers', name: 'nav.subscribers', icon: Users, right: 'see_people' },
  { page: 'payments', name: 'nav.payments', icon: ReceiptText, right: 'see_people' },
  { page: 'sessions', name: 'nav.sessions', icon: Wifi, right: 'see_people' },
  { page: 'more', name: 'nav.more', icon: Menu },
];

export const groups: { name: Key; items: Item[] }[] = [
  { name: 'nav.daily', items: tabs.slice(0, 4) },
  {
    name: 'nav.network',
    items: [
      { page: 'logins', name: 'nav.logins', icon: KeyRound, right: 'see_people' },
      { page: 'routers', name: 'nav.routers', icon: Router, right: 'see_people' },
      { page: 'holders', name: 'nav.holders', icon: CircleHelp, right: 'serve_lines' },
    ],
  },
  {
    name: 'nav.business',
    items: [
      { page: 'plans', name: 'nav.plans', icon: Tag },
      { page: 'places', name: 'nav.places', icon: Building2, right: 'see_people' },
      { page: 'reports', name: 'nav.reports', icon: ChartColumn, right: 'reports' },
      { page: 'sites', name: 'nav.sites', icon: MapPin, right: 'see_people' },
    ],
  },
  {
    name: 'nav.box',
    items: [
      { page: 'alerts', name: 'nav.alerts', icon: Activity, right: 'see_people' },
      { page: 'operators', name: 'nav.operators', icon: UserCog, right: 'oversee' },
      { page: 'audit', name: 'nav.audit', icon: ScrollText, right: 'oversee' },
      { page: 'settings', name: 'nav.settings', icon: Settings, right: 'own' },
      { page: 'api', name: 'nav.api', icon: Braces, right: 'own' },
      { page: 'account', name: 'nav.account', icon: Layers },
    ],
  },
];
