// The sending of a form: what is wrong with its fields, that it is on its way, what went wrong.
import { wordsOf } from '../toasts.svelte';
import { focusWrong } from './focus';

type Wrong = Record<string, string>;

export class Submit {
  busy = $state(false);
  trouble = $state('');
  wrong = $state<Wrong>({}); // by field; an empty text is none

  // `send` is asked for where `check` finds nothing wrong; what it throws is said above the fields.
  constructor(
    private readonly send: () => Promise<void>,
    private readonly check: () => Wrong = () => ({}),
  ) {}

  readonly go = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    // Said anew where it happens again: who listens hears it.
    this.trouble = '';
    this.wrong = this.check();
    if (this.isWrong()) return focusWrong(event);
    this.busy = true;
    try {
      await this.send();
    } catch (problem) {
      this.trouble = wordsOf(problem);
    } finally {
      this.busy = false;
    }
    if (this.isWrong()) focusWrong(event); // the box has found it
  };

  private isWrong(): boolean {
    return Object.values(this.wrong).some(Boolean);
  }

  // What was said of the last one is not true of the next.
  forget(): void {
    this.trouble = '';
    this.wrong = {};
  }
}
