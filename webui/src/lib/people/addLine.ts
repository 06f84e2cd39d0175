// A new line of a customer, made once though the answer may get lost.
import { post } from '../api/client';
import { once } from '../api/wishes';

interface NewLine {
  username: string;
  password: string;
  plan_code: string;
  static_ipv4?: string | null;
}

export function addLine(id: number, body: NewLine): Promise<unknown> {
  return once(['line', id, body], (key) =>
    post('/api/v1/subscribers/{id}/subscriptions', { path: { id }, body, key }),
  );
}
