import { mount } from 'svelte';
import App from './App.svelte';
import { startLanguage } from './lib/i18n/index.svelte';
import { startRouter } from './lib/router.svelte';
import { startSession } from './lib/session.svelte';
import { startTheme } from './lib/theme.svelte';
import './lib/styles/tokens.css';
import './lib/styles/base.css';
import './lib/styles/layout.css';
import './lib/styles/parts.css';
import './lib/styles/print.css';

startTheme();
startRouter();
void startSession();
await startLanguage();
const target = document.getElementById('app');
if (target) mount(App, { target });
