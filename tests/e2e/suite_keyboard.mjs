// Without a mouse: every stop can be seen, nothing is a trap, and work is done by keys alone.
import { check, settled, world } from './page.mjs';
import { screens } from './screens.mjs';

export const tests = {};
const all = screens(world);
const STOPS_MAX = 150;

// What has the focus: its words, and what is wrong with how it shows that.
const focused = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const isShown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    const words = one.getAttribute('aria-label') ?? (one.textContent.trim() || one.labels?.[0]?.textContent || one.name);
    const at = `${one.tagName.toLowerCase()} "${(words ?? '').replaceAll(/\s+/g, ' ').slice(0, 40)}"`;
    if (!one.dataset.stop) one.dataset.stop = String(Math.random());
    return {
      at,
      id: one.dataset.stop,
      wrong: [!isShown && 'its focus is not seen', (box.width === 0 || box.height === 0) && 'has no size', !words && 'has no name']
        .filter(Boolean).join(', '),
    };
  });

for (const name of ['home', 'subscribers', 'subscriber', 'unmatched', 'sessions', 'operators', 'settings', 'account'])
  for (const phone of [true, false])
    tests[`P43 the Tab key goes through ${name} on a ${phone ? 'phone' : 'desktop'}`] = async ({ open }) => {
      const page = await open(all[name], { phone });
      await settled(page);
      const seen = new Set();
      const wrong = [];
      let stop = null;
      for (let count = 0; count < STOPS_MAX; ++count) {
        await page.keyboard.press('Tab');
        stop = await focused(page);
        if (!stop || seen.has(stop.id)) break;
        seen.add(stop.id);
        if (stop.wrong) wrong.push(`${stop.at}: ${stop.wrong}`);
      }
      check(seen.size > 5, `only ${seen.size} stops`);
      // At the end the focus leaves the page, or begins again at its beginning.
      check(!stop || stop.id === [...seen][0], `trapped at ${stop?.at}`);
      check(wrong.length === 0, wrong.join('\n'));
    };

tests['P43 keys alone: skip the menu, find a customer, collect'] = async ({ open }) => {
  const one = world.people[3];
  const page = await open('/', { phone: false, role: 'cashier' });
  await settled(page);
  const press = (key) => page.keyboard.press(key);
  await press('Tab');
  check((await focused(page)).at.includes('To the content'), 'the first stop does not skip the menu');
  await press('Enter');
  check(await page.evaluate(() => document.activeElement?.id === 'content'), 'the menu was not skipped');
  await press('/');
  await page.keyboard.type(one.username);
  await page.waitForSelector('[role=option]');
  await press('ArrowDown');
  await press('ArrowUp');
  await press('Enter');
  await page.waitForSelector(`h1:has-text("${one.name}")`);
  await settled(page);
  for (let count = 0; count < STOPS_MAX; ++count) {
    await press('Tab');
    if ((await focused(page))?.at.includes('Collect payment')) break;
  }
  await press('Enter');
  await page.waitForSelector('dialog[open]');
  // Escape closes, and the focus is where it was.
  await press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  check((await focused(page))?.at.includes('Collect payment'), 'the focus did not come back');
  await press('Enter');
  await page.waitForSelector('dialog[open] select option >> nth=1', { state: 'attached' });
  for (let count = 0; count < 20; ++count) {
    await press('Tab');
    const stop = await focused(page);
    check(!stop || (await page.evaluate(() => !!document.activeElement.closest('dialog'))), `the focus left the dialog: ${stop?.at}`);
    if (stop?.at.includes('Send the prompt')) break;
  }
  await press('Enter');
  await page.waitForSelector('dialog >> text=Paid and booked');
};

tests['P43 letters go to the pages, ? says which, arrows go through a list'] = async ({ open }) => {
  const page = await open('/', { phone: false });
  await settled(page);
  for (const [key, heading] of [['p', 'Payments'], ['o', 'Online'], ['l', 'Login attempts'], ['s', 'Settings'], ['c', 'Customers']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.waitForSelector(`h1:has-text("${heading}")`);
  }
  await settled(page);
  await page.keyboard.press('?');
  await page.waitForSelector('dialog:has-text("Keys")');
  await page.keyboard.press('Escape');
  await page.locator('a.cover').first().focus();
  await page.keyboard.press('ArrowDown');
  const second = await page.locator('a.cover').nth(1).textContent();
  check((await focused(page)).at.includes(second.trim().slice(0, 20)), 'the arrow did not go to the next row');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`h1:has-text("${second.trim()}")`);
  await page.keyboard.press('n');
  await page.waitForSelector('dialog:has-text("New customer")');
};

tests['letters can be turned off, for who speaks to the machine'] = async ({ open }) => {
  const page = await open('/app/account', { phone: false });
  await settled(page);
  await page.getByLabel('Letters are shortcuts').uncheck();
  await page.click('h1');
  for (const key of ['n', '/', '?', 'g', 'p']) await page.keyboard.press(key);
  check((await page.locator('dialog').count()) === 0, 'a letter opened a dialog');
  check(page.url().endsWith('/app/account'), 'a letter left the page');
  await page.keyboard.press('Control+k');
  await page.waitForSelector('dialog input[type=search]');
};
