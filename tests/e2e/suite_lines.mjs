// What an office changes of a customer and his line: the phone, the username, the plan.
import { check, settled, world } from './page.mjs';

export const tests = {};
const undo = (page, text) => page.click(`.toast:has-text("${text}") button:has-text("Undo")`);
async function choose(page, text) {
  await page.click('main .line-card button:has-text("More")');
  await page.click(`[popover]:popover-open button:has-text("${text}")`);
}

tests['a phone that is somebody else\u2019s is said before it is saved'] = async ({ open }) => {
  const [one, other] = [world.people[6], world.people[5]];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'cashier' });
  await settled(page);
  const shown = page.locator('main .phones');
  const local = (phone) => `0${phone.slice(3, 6)} ${phone.slice(6, 9)} ${phone.slice(9)}`;
  await page.click('main button[aria-label="Change details"]');
  const field = page.locator('dialog').getByLabel('Phones');
  await field.fill(`${local(one.phone)}, ${local(other.phone)}`);
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector(`dialog .note:has-text("${other.name}")`);
  check(!(await shown.textContent()).includes(local(other.phone)), 'it is saved before it was asked');
  // A pair has one telephone: that is for a person to say.
  await page.click('dialog button:has-text("It is of both")');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await shown.filter({ hasText: local(other.phone) }).waitFor();
  await undo(page, 'saved');
  await page.waitForFunction((text) => !document.querySelector('main .phones').textContent.includes(text), local(other.phone));
};

tests['a username is mended from the card, not to a neighbour\u2019s, and back'] = async ({ open }) => {
  const one = world.people[6];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'cashier', mayFail: /409/ });
  await settled(page);
  await choose(page, 'Change the username');
  const field = page.locator('dialog').getByLabel('Username');
  await field.fill(world.people[5].username);
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('dialog .note.bad');
  await field.fill(`${one.username}.home`);
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector(`main .line-card h2:has-text("${one.username}.home")`);
  await undo(page, `${one.username}.home`);
  await page.waitForFunction((name) => document.querySelector('main .line-card h2').textContent === name, one.username);
};

tests['the plan of the next term does not look as if it ran; from now on is for managers'] = async ({ open }) => {
  const one = world.people[8]; // paid today, on the month
  const page = await open(`/app/subscribers/${one.id}`, { role: 'cashier' });
  await settled(page);
  const card = page.locator('main .line-card');
  const runs = await card.locator('p strong').first().textContent();
  await choose(page, 'Change plan');
  const plan = page.locator('dialog select');
  await plan.locator('option:has-text("One week")').waitFor({ state: 'attached' });
  check((await page.locator('dialog input[type=checkbox]').count()) === 0, 'a cashier can give a better plan for nothing');
  await plan.selectOption({ label: (await plan.locator('option:has-text("One week")').textContent()).trim() });
  await page.waitForSelector(`dialog .note:has-text("“${runs}” runs until"):has-text("then “One week” begins")`);
  await page.click('dialog button:has-text("Save")');
  await card.locator('p:has-text("From the next term: One week")').waitFor();
  check((await card.locator('p strong').first().textContent()) === runs, 'the next plan looks as if it ran');
  await undo(page, 'One week');
  await card.locator('p:has-text("From the next term")').waitFor({ state: 'detached' });
  const manager = await open(`/app/subscribers/${one.id}`, { role: 'manager' });
  await settled(manager);
  await choose(manager, 'Change plan');
  await manager.locator('dialog input[type=checkbox]').check();
  await manager.waitForSelector('dialog .note:has-text("a change that was planned is replaced")');
};

tests['where a part of the price is in the wallet, the rest of it is asked for'] = async ({ open }) => {
  const one = world.people[13]; // never paid, on the week of 500
  const page = await open('/app/subscribers', { role: 'cashier' });
  await page.route(`**/api/v1/subscribers/${one.id}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), wallet_cents: 3050 } });
  });
  await page.goto(`${world.url}/app/subscribers/${one.id}`);
  await settled(page);
  await page.click('.line-card button:has-text("Collect payment")');
  const field = page.locator('dialog').getByLabel('Amount');
  await page.waitForFunction(() => document.querySelector('dialog')?.textContent.includes('30.50'));
  check((await field.inputValue()) === '470', `${await field.inputValue()} is asked for`);
  await field.fill('');
  await page.locator('dialog').getByLabel('Plan').selectOption({ index: 1 });
  check((await field.inputValue()) === '', 'what was taken away came back');
};

tests['time is bought from the wallet only where it is enough for the plan'] = async ({ open }) => {
  const one = world.people[13]; // never paid, on the week of 500
  const page = await open('/app/subscribers', { role: 'cashier' });
  for (const [cents, says, isReady] of [[3050, '469.50 is missing', false], [50_000, 'Then in the wallet: KES 0', true]]) {
    await page.route(`**/api/v1/subscribers/${one.id}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), wallet_cents: cents } });
    });
    await page.goto(`${world.url}/app/subscribers/${one.id}`);
    await settled(page);
    await choose(page, 'Buy time');
    await page.locator('dialog', { hasText: says }).waitFor();
    check((await page.locator('dialog button:has-text("Buy one term")').isEnabled()) === isReady, `${says}: the button says otherwise`);
  }
};
