// Runs every test of suite_*.mjs in Chromium, one after the other, each in a browser context of its
// own. A test is a function that throws where something is not as it should be.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';

const tools = createRequire(`${process.env.MNARA_E2E_TOOLS}/package.json`);
const { chromium } = tools('playwright-core');
const axeText = readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8');
const world = JSON.parse(process.env.MNARA_WORLD);
const word = process.argv[2] ?? '';
// How long a thing that never comes is waited for; slow machines are not wrong.
const HANG_MS = 90_000;
const PHONE = { width: 360, height: 780 };
const DESKTOP = { width: 1280, height: 860 };

const tests = [];
for (const file of readdirSync(import.meta.dirname ?? new URL('.', import.meta.url).pathname).sort())
  if (/^suite_.*\.mjs$/.test(file)) {
    const suite = await import(new URL(file, import.meta.url));
    tests.push(...Object.entries(suite.tests));
  }

const browser = await chromium.launch({
  executablePath: world.browser,
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--hide-scrollbars'],
});

// Signing in is slow on purpose (Argon2id) and locked after many tries: once a role, then its cookie.
const cookies = new Map();
async function cookieOf(role) {
  if (!cookies.has(role)) {
    const answer = await fetch(`${world.url}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login: world.logins[role], password: world.password }),
    });
    if (!answer.ok) throw new Error(`sign-in of ${role}: ${answer.status}`);
    cookies.set(role, /mnara_session=([^;]+)/.exec(answer.headers.get('set-cookie'))[1]);
  }
  return { name: 'mnara_session', value: cookies.get(role), url: world.url };
}

// A page as a person of that role sees it; anything on its console that is an error fails the test.
async function open(path, options = {}) {
  const { role = 'owner', phone = true, dark = false, language = 'en', mayFail = /$^/ } = options;
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    hasTouch: phone,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York', // the screens must show Nairobi's time all the same
  });
  if (language === 'sw')
    await context.addInitScript(() => localStorage.setItem('mnara.language', 'sw'));
  if (role) await context.addCookies([await cookieOf(role)]);
  context.setDefaultTimeout(HANG_MS);
  const page = await context.newPage();
  page.troubles = [];
  page.on('pageerror', (error) => page.troubles.push(`script: ${error.message}`));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && !mayFail.test(text)) page.troubles.push(text);
  });
  await page.goto(world.url + path);
  return page;
}

// Skeletons gone: what was asked for is there.
async function settled(page) {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => document.querySelectorAll('.skeleton').length === 0);
  await page.evaluate(() => document.fonts.ready);
}

async function axeFindings(page) {
  // Evaluated, not added as a script: the policy of the page lets none in.
  await page.evaluate(axeText);
  const result = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return result.violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 4).join(' | ')}`,
  );
}

function check(truth, what) {
  if (!truth) throw new Error(what);
}

const kit = { world, open, settled, axeFindings, check, DESKTOP, PHONE };
let passed = 0;
const failed = [];
for (const [name, test] of tests.filter(([name]) => name.includes(word))) {
  try {
    await test(kit);
    passed += 1;
  } catch (trouble) {
    failed.push(name);
    console.log(`FAIL ${name}\n${trouble.stack ?? trouble}`);
  } finally {
    for (const context of browser.contexts()) {
      for (const page of context.pages())
        if (page.troubles?.length && !failed.includes(name)) {
          failed.push(name);
          passed -= 1;
          console.log(`FAIL ${name}\nthe console said:\n${page.troubles.join('\n')}`);
        }
      await context.close();
    }
  }
}
await browser.close();
console.log(`${passed} passed, ${failed.length} failed, 0 skipped`);
process.exit(failed.length > 0 ? 1 : 0);
