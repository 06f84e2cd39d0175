// Every screen: its address, the piece of code that shows it, and who sees it in the menu.
import type { Component } from 'svelte';
import type { Key } from './i18n/index.svelte';
import type { Right } from './session.svelte';

export interface Screen {
  load: () => Promise<{ default: Component }>;
  title: Key;
  right?: Right;
}

// With an id in the address, "subscribers" is "subscribers/".
export const screens: Record<string, Screen> = {
  home: { load: () => import('../screens/Home.svelte'), title: 'nav.home' },
  subscribers: {
    load: () => import('../screens/Subscribers.svelte'),
    title: 'nav.subscribers',
    right: 'see_people',
  },
  'subscribers/': {
    load: () => import('../screens/Subscriber.svelte'),
    title: 'nav.subscribers',
    right: 'see_people',
  },
  payments: {
    load: () => import('../screens/Payments.svelte'),
    title: 'nav.payments',
    right: 'see_people',
  },
  'payments/': {
    load: () => import('../screens/Payment.svelte'),
    title: 'payment.one',
    right: 'see_people',
  },
  unmatched: {
    load: () => import('../screens/Unmatched.svelte'),
    title: 'unmatched.title',
    right: 'see_people',
  },
  sessions: {
    load: () => import('../screens/Sessions.svelte'),
    title: 'session.title',
    right: 'see_people',
  },
  logins: {
    load: () => import('../screens/Logins.svelte'),
    title: 'nav.logins',
    right: 'see_people',
  },
  holders: {
    load: () => import('../screens/Holders.svelte'),
    title: 'nav.holders',
    right: 'serve_lines',
  },
  routers: {
    load: () => import('../screens/Routers.svelte'),
    title: 'nav.routers',
    right: 'see_people',
  },
  plans: { load: () => import('../screens/Plans.svelte'), title: 'nav.plans' },
  alerts: {
    load: () => import('../screens/Alerts.svelte'),
    title: 'nav.alerts',
    right: 'see_people',
  },
  places: {
    load: () => import('../screens/Places.svelte'),
    title: 'nav.places',
    right: 'see_people',
  },
  'places/': {
    load: () => import('../screens/Place.svelte'),
    title: 'place.building',
    right: 'see_people',
  },
  sites: {
    load: () => import('../screens/Sites.svelte'),
    title: 'nav.sites',
    right: 'see_people',
  },
  reports: {
    load: () => import('../screens/Reports.svelte'),
    title: 'nav.reports',
    right: 'reports',
  },
  operators: {
    load: () => import('../screens/Operators.svelte'),
    title: 'nav.operators',
    right: 'oversee',
  },
  'sign-ins': {
    load: () => import('../screens/SignIns.svelte'),
    title: 'staff.sign_ins',
    right: 'oversee',
  },
  audit: {
    load: () => import('../screens/Audit.svelte'),
    title: 'nav.audit',
    right: 'oversee',
  },
  settings: {
    load: () => import('../screens/Settings.svelte'),
    title: 'nav.settings',
    right: 'own',
  },
  setup: {
    load: () => import('../screens/Setup.svelte'),
    title: 'setup.title',
    right: 'own',
  },
  tokens: {
    load: () => import('../screens/Tokens.svelte'),
    title: 'nav.tokens',
    right: 'own',
  },
  api: { load: () => import('../screens/Api.svelte'), title: 'nav.api', right: 'own' },
  account: {
    load: () => import('../screens/Account.svelte'),
    title: 'nav.account',
  },
  more: { load: () => import('../screens/More.svelte'), title: 'nav.more' },
};
