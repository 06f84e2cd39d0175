import { mount } from 'svelte';
import App from './App.svelte';
import { startLanguage } from './lib/i18n/index.svelte';
import { place, startRouter } from './lib/router.svelte';
import { screens } from './lib/screens';
import { startSession } from './lib/session.svelte';
import { startTheme } from './lib/theme.svelte';
import './lib/styles/tokens.css';
import './lib/styles/base.css';
import './lib/styles/layout.css';
import './lib/styles/parts.css';
import './lib/styles/print.css';

startTheme();
startRouter();
// The screen of the address is fetched while the box says who is there.
void screens[place().page + (place().id ? '/' : '')]?.load().catch(() => undefined);
// No await out here: what waits for this file may be needed by it, and would be a file of its own.
// Neither of the two fails: what is missing is said on the page.
void Promise.all([startLanguage(), startSession()]).then(() => {
  const target = document.getElementById('app');
  if (!target) return;
  target.replaceChildren(); // the bar that was there from the beginning
  mount(App, { target });
});
