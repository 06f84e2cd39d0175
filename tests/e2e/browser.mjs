// Runs the tests of one stage in Chromium: browser.mjs look|speed|work [WORD] [--update]. A test is a function
// that throws where something is not as it should be. What came of them goes to MNARA_RESULT as JSON.
import { writeFileSync } from 'node:fs';
import { browser, open } from './page.mjs';

const STAGES = {
  look: { suites: ['walk', 'roles'], workers: 2 },
  speed: { suites: ['speed'], workers: 1 },
  // People work one after the other: what one does, the next one sees.
  work: { suites: ['first_run', 'work', 'money', 'lines', 'network', 'places', 'staff', 'words', 'keyboard', 'hostile'], workers: 1 },
};
const SLOW_MS = 15_000;
const update = process.argv.includes('--update');
const [stage, word = ''] = process.argv.slice(2).filter((one) => one !== '--update');

const queue = [];
for (const suite of STAGES[stage].suites)
  for (const [name, test] of Object.entries((await import(`./suite_${suite}.mjs`)).tests))
    if (name.includes(word)) queue.push({ name, test });

let passed = 0;
const failed = [];
// Pages belong to the test that opened them, and are closed after it.
async function run({ name, test }) {
  const pages = [];
  const began = Date.now();
  const wrong = [];
  try {
    await test({
      update,
      open: async (...how) => {
        const page = await open(...how);
        pages.push(page);
        return page;
      },
    });
  } catch (trouble) {
    wrong.push(String(trouble.stack ?? trouble));
    for (const page of pages)
      await page.screenshot({ path: `tests/e2e/results/failed ${name.replaceAll('/', ' ').slice(0, 80)}.png` }).catch(() => {});
  }
  for (const page of pages) {
    if (page.troubles.length) wrong.push(`the console said:\n${page.troubles.join('\n')}`);
    await page.context().close();
  }
  if (wrong.length) {
    failed.push(name);
    console.log(`FAIL ${name}\n${wrong.join('\n')}`);
  } else passed += 1;
  if (Date.now() - began > SLOW_MS) console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}

async function work() {
  for (let next = queue.shift(); next; next = queue.shift()) await run(next);
}
const began = Date.now();
await Promise.all(Array.from({ length: STAGES[stage].workers }, work));
await browser.close();
console.log(`${stage}: ${passed} passed, ${failed.length} failed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
writeFileSync(process.env.MNARA_RESULT, JSON.stringify({ passed, failed }));
process.exit(failed.length > 0 ? 1 : 0);
