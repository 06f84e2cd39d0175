// Each screen on a phone (English, light) and on a desktop (Swahili, dark): it says nothing on the
// console, no line is wider than the phone, axe finds nothing in either colours, and it looks as it
// looked when a person last approved of it.
import { axeFindings, check, DESKTOP, PHONE, settled, tooWide, world } from './page.mjs';
import { compare } from './pictures.mjs';
import { screens } from './screens.mjs';

export const tests = {};

// Ports and the letters of a reference are drawn by lot; a blinking caret is there or not.
async function hold(page) {
  await page.evaluate(() => {
    document.activeElement?.blur?.();
    const still = (text) =>
      text.replaceAll(/\b(127(?:\.\d+){3}):\d+/g, '$1:8080').replaceAll(/\b(100\d{3})[A-Z]{4}\b/g, '$1ABCD');
    for (const input of document.querySelectorAll('input')) input.value = still(input.value);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = still(walker.currentNode.data);
      if (text !== walker.currentNode.data) walker.currentNode.data = text;
    }
  });
}

async function look(page, name, update) {
  check((await page.locator('.note.bad[role=alert]').count()) === 0, 'the screen shows trouble');
  await hold(page);
  // As high as the page is, so that what sticks to the lower edge is there and not in the middle.
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...size, height: Math.max(height, size.height) });
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await page.setViewportSize(size);
  return compare(name, png, update);
}

// Every rule in the colours that are shown, the contrast also in the other ones.
async function axeInBoth(page, other) {
  const found = await axeFindings(page);
  await page.emulateMedia({ colorScheme: other });
  await settled(page, false);
  // On a busy machine what inherits a colour has the new one some frames later.
  const deadline = Date.now() + 5000;
  let contrast;
  do contrast = await axeFindings(page, true);
  while (contrast.length > 0 && Date.now() < deadline);
  return [...found, ...contrast.map((one) => `${other}: ${one}`)];
}

for (const [name, path] of Object.entries(screens(world))) {
  tests[`P31 P43 ${name} on a phone`] = async ({ open, update }) => {
    const page = await open(path);
    await settled(page);
    check((await tooWide(page)) <= 0, `${await tooWide(page)} px wider than the phone`);
    const wrong = [await look(page, `${name}-phone`, update), ...(await axeInBoth(page, 'dark'))];
    check(wrong.join('') === '', wrong.join('\n'));
  };
  tests[`P31 P43 ${name} on a desktop, in Swahili and dark`] = async ({ open, update }) => {
    const page = await open(path, { phone: false, dark: true, language: 'sw' });
    await settled(page);
    check((await page.getAttribute('html', 'lang')) === 'sw', 'it is not in Swahili');
    const wrong = [await look(page, `${name}-desktop`, update), ...(await axeInBoth(page, 'light'))];
    // Swahili is longer: it must fit the phone too, and what the phone shows is other elements.
    await page.setViewportSize(PHONE);
    await settled(page);
    if ((await tooWide(page)) > 0) wrong.push(`in Swahili ${await tooWide(page)} px too wide`);
    await page.setViewportSize(DESKTOP);
    check(wrong.join('') === '', wrong.join('\n'));
  };
}

tests['P31 P43 sign-in on a phone and on a desktop'] = async ({ open, update }) => {
  const wrong = [];
  for (const [phone, language] of [[true, 'en'], [false, 'sw']]) {
    const page = await open('/', { role: null, phone, dark: !phone, language });
    await page.waitForSelector('input[name=password]');
    await settled(page, false);
    wrong.push(await look(page, `sign-in-${phone ? 'phone' : 'desktop'}`, update));
    wrong.push(...(await axeInBoth(page, phone ? 'dark' : 'light')));
    check((await tooWide(page)) <= 0, 'too wide');
  }
  check(wrong.join('') === '', wrong.join('\n'));
};

// WCAG 1.4.11; axe looks at words alone. Of the outline and the filling one stands out.
const contrasts = (page, pairs) =>
  page.evaluate((pairs) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const luminance = (colour) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) =>
        byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const of = ([selector, property]) => luminance(getComputedStyle(document.querySelector(selector))[property]);
    return pairs.map(([name, drawn, ground]) => {
      const found = drawn.map((one) => {
        const [dark, light] = [of(one), of(ground)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
      });
      return [name, Math.max(...found)];
    });
  }, pairs);
const DRAWN = [
  ['a bar on its card', [['.bar-whole', 'fill']], ['.card', 'backgroundColor']],
  ['the second bar on the card', [['.bar-second', 'fill'], ['.bar-second', 'stroke']], ['.card', 'backgroundColor']],
  ['the second bar on the first', [['.bar-second', 'fill'], ['.bar-second', 'stroke']], ['.bar-whole', 'fill']],
  ['the mark of the tab', [['.tabs a[aria-current]', 'borderTopColor']], ['.tabs', 'backgroundColor']],
  ['the mark of the section', [['.tabstrip a[aria-current="true"]', 'borderBottomColor']], ['html', 'backgroundColor']],
];
for (const dark of [false, true])
  tests[`P43 what is drawn stands out from its ground, ${dark ? 'dark' : 'light'}`] = async ({ open }) => {
    const page = await open(`/app/subscribers/${world.people[1].id}?tab=usage`, { dark });
    await settled(page);
    await page.waitForSelector('.bar-second', { state: 'attached' });
    const pale = (await contrasts(page, DRAWN)).filter(([, contrast]) => contrast < 3);
    check(pale.length === 0, pale.map(([name, contrast]) => `${name}: ${contrast.toFixed(2)}`).join('\n'));
  };

// What opens over a screen; the button that opens it, in both languages.
const SHEETS = {
  'new customer': ['/app/subscribers', 'button.main'],
  'new plan': ['/app/plans', 'button.main'],
  'new router': ['/app/routers', 'button.main'],
  'new site': ['/app/sites', 'button.main'],
  'new building': ['/app/places', 'button.main'],
  'new operator': ['/app/operators', 'button.main'],
  collect: [`/app/subscribers/${world.people[3].id}`, '.line-card button.main'],
  'why offline': [`/app/subscribers/${world.people[3].id}`, '.line-card button.quiet >> nth=0'],
  'line menu': [`/app/subscribers/${world.people[3].id}`, '.line-card [popovertarget]'],
};
for (const [name, [path, button]] of Object.entries(SHEETS))
  tests[`P31 P43 ${name}, opened`] = async ({ open, update }) => {
    const wrong = [];
    for (const [phone, language] of [[true, 'en'], [false, 'sw']]) {
      const page = await open(path, { phone, dark: !phone, language });
      await settled(page);
      await page.click(button);
      await page.waitForSelector('dialog[open], [popover]:popover-open');
      await settled(page);
      wrong.push(await look(page, `${name}-${phone ? 'phone' : 'desktop'}`, update));
      wrong.push(...(await axeInBoth(page, phone ? 'dark' : 'light')));
      if (phone) check((await tooWide(page)) <= 0, 'too wide');
    }
    check(wrong.join('') === '', wrong.join('\n'));
  };
