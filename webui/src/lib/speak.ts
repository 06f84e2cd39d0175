// Another language by a person's choice: its words are fetched, and where that fails it is said.
import { Problem } from './api/client';
import { chooseLanguage, type Language } from './i18n/index.svelte';
import { toastTrouble } from './toasts.svelte';

export async function speak(language: Language): Promise<void> {
  try {
    await chooseLanguage(language);
  } catch {
    toastTrouble(new Problem(0, navigator.onLine ? 'no_network' : 'offline', '', ''));
  }
}
