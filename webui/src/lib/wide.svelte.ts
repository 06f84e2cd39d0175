// Whether there is room for a table; as wide as layout.css begins the desktop.
const query = matchMedia('(min-width: 900px)');
const state = $state({ wide: query.matches });
query.addEventListener('change', () => (state.wide = query.matches));

export function isWide(): boolean {
  return state.wide;
}
