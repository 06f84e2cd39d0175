// A new line of a customer. Where the answer was lost the line may be there all the same; then its
// name is taken, and by itself.
import { get, post, Problem } from '../api/client';

interface NewLine {
  username: string;
  password: string;
  plan_code: string;
  static_ipv4?: string | null;
}
const unsure = new Set<string>();

async function isThere(id: number, username: string): Promise<boolean> {
  const person = await get('/api/v1/subscribers/{id}', { path: { id } });
  return person.subscriptions.some((line) => line.username === username);
}

export async function addLine(id: number, body: NewLine): Promise<void> {
  const wish = JSON.stringify([id, body]);
  try {
    await post('/api/v1/subscribers/{id}/subscriptions', { path: { id }, body });
  } catch (trouble) {
    const isTaken = trouble instanceof Problem && trouble.code === 'username_taken';
    if (isTaken && unsure.has(wish) && (await isThere(id, body.username))) return;
    if (!(trouble instanceof Problem && trouble.isRefusal)) unsure.add(wish);
    throw trouble;
  }
}
