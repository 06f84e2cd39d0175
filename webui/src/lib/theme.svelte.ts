// Light, dark, or as the phone has it.
export type Theme = 'auto' | 'light' | 'dark';
const KEPT = 'mnara.theme';
const state = $state<{ theme: Theme }>({ theme: 'auto' });

export function theme(): Theme {
  return state.theme;
}

function show(chosen: Theme): void {
  state.theme = chosen;
  if (chosen === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

export function chooseTheme(chosen: Theme): void {
  show(chosen);
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // Kept until the tab is closed, then.
  }
}

export function startTheme(): void {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === 'light' || kept === 'dark') show(kept);
  } catch {
    // As the phone has it.
  }
}
