// After a form was not accepted: to the first field that says why, once the marks are on the page.
// Who listens hears it there, and on a phone it comes into view.
import { tick } from 'svelte';

export function focusWrong(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  void tick().then(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
}

// What appears above the part of a tall form that is looked at.
export function intoView(node: HTMLElement): void {
  node.scrollIntoView({ block: 'nearest' });
}
