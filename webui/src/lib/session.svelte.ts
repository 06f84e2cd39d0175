// Who is signed in, and what his role may do. The box decides; this only hides what would be refused.
import { asProblem, get, post, type Problem, rememberCsrf, whenSignedOut, whenTokenIsOld } from './api/client';
import { forgetWishes } from './api/wishes';
import { learnBox } from './box.svelte';
import type { Me, Role } from './api/types';
import { dismissAll, toastTrouble } from './toasts.svelte';

type Known = { state: 'asking' } | { state: 'out'; needsOwner: boolean } | { state: 'in'; me: Me };
let session = $state.raw<Known>({ state: 'asking' });
let trouble = $state.raw<Problem | null>(null);

export function known(): Known {
  return session;
}

export function sessionTrouble(): Problem | null {
  return trouble;
}

function entered(me: Me): void {
  rememberCsrf(me.csrf_token);
  session = { state: 'in', me };
}

function left(needsOwner = false): void {
  // What one person did or wished is not the next one's to undo or to repeat.
  dismissAll();
  forgetWishes();
  session = { state: 'out', needsOwner };
}

// Who signed in anew in another tab goes on in this one; another person begins with a page of his own.
async function renew(): Promise<boolean> {
  const before = me()?.id;
  const now = await get('/api/v1/me');
  entered(now);
  return now.operator.id === before;
}

export async function findSession(): Promise<void> {
  trouble = null;
  try {
    const found = await get('/api/v1/session');
    learnBox(found.isp.name, found.isp.environment);
    if (found.me) entered(found.me);
    else left(found.needs_owner);
  } catch (failure) {
    trouble = asProblem(failure);
  }
}

export async function signOut(): Promise<void> {
  try {
    await post('/api/v1/sign-out');
    left();
  } catch (trouble) {
    toastTrouble(trouble);
  }
}

// True until the second factor is set up that the role needs: the box refuses all else.
export function mustEnrol(): boolean {
  return session.state === 'in' && session.me.must_enrol;
}

// A one-time link lets in once; until there is a password there is no other way.
export function mustChoosePassword(): boolean {
  return session.state === 'in' && !session.me.has_password;
}

export function whole(): Me | null {
  return session.state === 'in' ? session.me : null;
}

export async function startSession(): Promise<void> {
  whenSignedOut(left);
  whenTokenIsOld(renew);
  await findSession();
}

export function me(): Me['operator'] | null {
  return session.state === 'in' ? session.me.operator : null;
}

// As appliance/http/routes.cpp has it.
const MAY: Record<string, Role[]> = {
  see_people: ['owner', 'manager', 'cashier', 'technician', 'viewer'],
  manage: ['owner', 'manager'],
  oversee: ['owner', 'manager'], // of all sites
  take_money: ['owner', 'manager', 'cashier'],
  serve_lines: ['owner', 'manager', 'technician'],
  own: ['owner'],
  reports: ['owner', 'manager', 'viewer'],
};
// Staff of some sites: what may be anybody's is not theirs to decide.
export function isOfSomeSites(): boolean {
  return (me()?.sites.length ?? 0) > 0;
}

export type Right = 'see_people' | 'manage' | 'oversee' | 'take_money' | 'serve_lines' | 'own' | 'reports';

export function may(right: Right): boolean {
  const role = me()?.role;
  if (right === 'oversee' && isOfSomeSites()) return false;
  return role !== undefined && (MAY[right] ?? []).includes(role);
}
