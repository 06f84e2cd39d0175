// What is known of the box itself: its name on every page, and whether the money is real.
import { get } from './api/client';

const box = $state({ name: 'Mnara', isSandbox: false });

export function ispName(): string {
  return box.name;
}

export function isSandbox(): boolean {
  return box.isSandbox;
}

export function learnBox(name: string, environment: string): void {
  box.name = name || 'Mnara';
  box.isSandbox = environment === 'sandbox';
}

export async function askBox(): Promise<void> {
  const isp = await get('/api/v1/isp');
  learnBox(isp.name, isp.environment);
}
