// Whether single letters are shortcuts. Who speaks to the machine or types by accident turns them off.
const KEPT = 'mnara.letters';
const state = $state({ letters: true });

export function usesLetters(): boolean {
  return state.letters;
}

export function useLetters(on: boolean): void {
  state.letters = on;
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch {
    // Kept until the tab is closed, then.
  }
}

try {
  state.letters = localStorage.getItem(KEPT) !== 'off';
} catch {
  // A browser that keeps nothing has them.
}
