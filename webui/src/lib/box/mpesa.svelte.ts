// What M-Pesa said of the saved keys in this sitting; the box does not keep it.
import type { Answer } from '../api/client';

export type Outcome = Answer<'/api/v1/providers/mpesa/test', 'post'>;
const last = $state<{ outcome: Outcome | null }>({ outcome: null });

export function lastOutcome(): Outcome | null {
  return last.outcome;
}

// Nothing where something was changed since.
export function noteOutcome(outcome: Outcome | null): void {
  last.outcome = outcome;
}
