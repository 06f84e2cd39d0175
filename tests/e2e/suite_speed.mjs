// How light and how well made: Lighthouse as a middling phone on a slow network, and the budgets of the
// bytes as a browser gets them over plain HTTP. How fast is a figure of tests/bench (http-screens),
// which names a file for it in MNARA_LIGHTHOUSE: other work on the machine would fail it here.
import { appendFileSync } from 'node:fs';
import { check, settled, world } from './page.mjs';
import { screens } from './screens.mjs';
import { tools } from './tools.mjs';

export const tests = {};
const LEAST = { accessibility: 100, 'best-practices': 100 };
const MOST_SHIFT = 0.05;
// A slow machine makes a page look slower than it is. Lighthouse's factor of 4 makes a middling phone
// of a machine whose benchmark index is about 1700; its documentation says to take a smaller one where
// the machine is slower than that.
const FACTOR = 4;
const INDEX_OF_FACTOR = 1700;
const KB = 1024;
// The entry and one screen; the build holds each piece to its own budget.
const BUDGET = { script: (90 + 40) * KB, style: 15 * KB, font: 50 * KB };

// Lighthouse's own figures for a slow phone network.
const mobileSlow4G = { rttMs: 150, throughputKbps: 1638.4, requestLatencyMs: 562.5, downloadThroughputKbps: 1474.56, uploadThroughputKbps: 675 };
async function lighthouse(address, cookie, factor) {
  const { default: run } = await import(tools.resolve('lighthouse'));
  const { launch } = await import(tools.resolve('chrome-launcher'));
  const chrome = await launch({
    chromePath: world.browser,
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'],
    logLevel: 'silent',
  });
  try {
    const { lhr } = await run(address, {
      port: chrome.port,
      logLevel: 'silent',
      onlyCategories: ['performance', ...Object.keys(LEAST)],
      maxWaitForLoad: 20_000,
      throttling: { ...mobileSlow4G, cpuSlowdownMultiplier: factor },
      ...(cookie ? { extraHeaders: { Cookie: cookie } } : {}),
    });
    return lhr;
  } finally {
    await chrome.kill();
  }
}

function lacks(lhr) {
  const wrong = [];
  for (const [category, least] of Object.entries(LEAST)) {
    const found = Math.round((lhr.categories[category].score ?? 0) * 100);
    if (found >= least) continue;
    const audits = lhr.categories[category].auditRefs
      .filter((one) => one.weight > 0 && (lhr.audits[one.id].score ?? 1) < 0.95)
      .map((one) => `${one.id} ${lhr.audits[one.id].displayValue ?? ''}`);
    wrong.push(`${category} ${found} of ${least}: ${audits.join(', ')}`);
  }
  return wrong;
}

const all = screens(world);
for (const name of ['sign-in', 'home', 'subscribers', 'subscriber', 'payments'])
  tests[`Lighthouse ${name}`] = async () => {
    const signedIn = name !== 'sign-in';
    const measure = async (factor) => {
      const lhr = await lighthouse(world.url + (signedIn ? all[name] : '/'), signedIn && world.cookies.owner, factor);
      check(!lhr.runtimeError, lhr.runtimeError?.message);
      const figures = {
        name,
        index: lhr.environment.benchmarkIndex,
        factor,
        performance: Math.round((lhr.categories.performance.score ?? 0) * 100),
        largest_paint_ms: Math.round(lhr.audits['largest-contentful-paint'].numericValue),
        first_paint_ms: Math.round(lhr.audits['first-contentful-paint'].numericValue),
        speed_index_ms: Math.round(lhr.audits['speed-index'].numericValue),
        blocked_ms: Math.round(lhr.audits['total-blocking-time'].numericValue),
      };
      console.log(JSON.stringify(figures));
      const wrong = lacks(lhr);
      const shift = lhr.audits['cumulative-layout-shift'].numericValue;
      if (shift > MOST_SHIFT) wrong.push(`the layout shifts by ${shift}`);
      check(wrong.length === 0, wrong.join('\n'));
      return figures;
    };
    let figures = await measure(FACTOR);
    if (!process.env.MNARA_LIGHTHOUSE) return;
    const factor = Math.min(FACTOR, Math.max(1, (figures.index / INDEX_OF_FACTOR) * FACTOR));
    if (factor < FACTOR) figures = await measure(factor);
    appendFileSync(process.env.MNARA_LIGHTHOUSE, `${JSON.stringify(figures)}\n`);
  };

tests['the first screens keep the budgets of bytes, in gzip'] = async ({ open }) => {
  for (const path of ['/', '/app/subscribers', `/app/subscribers/${world.people[0].id}`]) {
    const page = await open('/style.css');
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.setExtraHTTPHeaders({ 'Accept-Encoding': 'gzip' }); // as over plain HTTP from elsewhere
    const kinds = new Map();
    const sizes = { Script: 0, Stylesheet: 0, Font: 0 };
    session.on('Network.responseReceived', (one) => kinds.set(one.requestId, one.type));
    session.on('Network.loadingFinished', (one) => {
      if (kinds.get(one.requestId) in sizes) sizes[kinds.get(one.requestId)] += one.encodedDataLength;
    });
    await page.goto(world.url + path);
    await settled(page);
    const { Script: script, Stylesheet: style, Font: font } = sizes;
    const found = { script, style, font };
    for (const [kind, most] of Object.entries(BUDGET))
      check(found[kind] > 0 && found[kind] <= most, `${path}: ${kind} ${found[kind]} of ${most} bytes`);
  }
};
