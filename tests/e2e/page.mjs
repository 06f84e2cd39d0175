// Opens pages as a certain person, and says what is wrong with a page.
import { readFileSync } from 'node:fs';
import { tools } from './tools.mjs';

const { chromium } = tools('playwright-core');
const axeText = readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8');
export const world = JSON.parse(process.env.MNARA_WORLD);
// As a date field has it, in Nairobi.
export const today = () => new Date((world.at + 3 * 3600) * 1000).toISOString().slice(0, 10);
// How long a thing that never comes is waited for; slow machines are not wrong.
const HANG_MS = 60_000;
export const PHONE = { width: 360, height: 780 };
export const DESKTOP = { width: 1280, height: 860 };

export const browser = await chromium.launch({
  executablePath: world.browser,
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars',
    '--disable-lcd-text', '--force-color-profile=srgb', '--disable-font-subpixel-positioning'],
  env: { ...process.env, FONTCONFIG_FILE: world.fonts },
});

// In the page, before its own scripts: the world's clock, and nothing that breaks the policy unseen.
function prepare({ at, runs }) {
  const True = Date;
  const began = True.now();
  const now = () => at * 1000 + (runs ? True.now() - began : 0);
  globalThis.Date = class extends True {
    constructor(...parts) {
      super(...(parts.length ? parts : [now()]));
    }
    static now() {
      return now();
    }
  };
  document.addEventListener('securitypolicyviolation', (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
  );
}

const openedMs = Date.now();
const clockNow = () => world.at + (world.runs ? (Date.now() - openedMs) / 1000 : 0);

// A page as a person of that role sees it; anything on its console that is an error is kept in
// page.troubles, and fails the test.
export async function open(path, options = {}) {
  const { role = 'owner', phone = true, dark = false, language = 'en', mayFail = /$^/ } = options;
  const base = options.base ?? world.url;
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    hasTouch: phone,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York', // the screens must show Nairobi's time all the same
  });
  context.setDefaultTimeout(HANG_MS);
  await context.addInitScript(prepare, { at: clockNow(), runs: world.runs });
  if (language === 'sw')
    await context.addInitScript(() => localStorage.setItem('mnara.language', 'sw'));
  if (role) {
    const [name, value] = world.cookies[role].split('=');
    await context.addCookies([{ name, value, url: base, httpOnly: true }]);
  }
  const page = await context.newPage();
  page.troubles = [];
  page.on('pageerror', (error) => page.troubles.push(`script: ${error.message}`));
  page.on('dialog', (dialog) => {
    page.troubles.push(`it asks: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && !mayFail.test(text)) page.troubles.push(text);
  });
  await page.goto(base + path);
  return page;
}

// What was asked for is there: no skeleton is left, all rows are drawn, and the stream of changes is open.
export async function settled(page, live = true) {
  await page.waitForSelector('h1');
  await page.waitForFunction(
    (live) =>
      !document.querySelector('.skeleton, [aria-busy=true]') && (!live || document.querySelector('.live.live')),
    live,
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const moving of document.getAnimations())
      if (moving.effect.getComputedTiming().endTime === Infinity) moving.cancel();
      else moving.finish();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

// To another screen without loading the page anew, as Back does.
export async function travel(page, path, ready = () => settled(page)) {
  await page.evaluate((path) => {
    history.pushState({}, '', path);
    dispatchEvent(new PopStateEvent('popstate', { state: {} }));
  }, path);
  // Svelte has taken the old screen away after this.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
  await ready();
}

const ALL_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export async function axeFindings(page, onlyContrast = false) {
  // Evaluated, not added as a script: the policy of the page lets none in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeText);
  const result = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ['violations'] }),
    onlyContrast ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: ALL_RULES },
  );
  return result.violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 4).join(' | ')}`,
  );
}

export const tooWide = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

export function check(truth, what) {
  if (!truth) throw new Error(what);
}
