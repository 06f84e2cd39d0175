// Who is online and who is not: the kick, and "Why is this customer offline?" with its button.
import { axeFindings, check, settled, world } from './page.mjs';

export const tests = {};
const person = (name) => world.people.find((one) => one.name.startsWith(name));

tests['K2 P93 a technician ends a session; the customer dials anew, and the screen shows both'] = async ({ open }) => {
  const page = await open('/app/sessions', { role: 'technician' });
  await settled(page);
  const rows = page.locator('main ul.rows > li');
  check((await rows.count()) === 5, `${await rows.count()} are online and not 5`);
  const one = person('Esther');
  const row = rows.filter({ hasText: one.name });
  check(/\d+\u202fmin/.test(await row.textContent()), 'her session is not minutes old');
  await page.click(`button[aria-label="Disconnect ${one.username}"]`);
  await page.waitForSelector(`.toast:has-text("${one.username}")`);
  // Without a touch: the router let go, her equipment dialled again, the new session is seconds old.
  await row.filter({ hasText: /\d+\u202fs ·/ }).waitFor();
  check((await rows.count()) === 5, 'the session that ended is still in the list');
};

tests['N4 not paid: the failing line carries the button that collects'] = async ({ open }) => {
  const naliaka = person('Naliaka');
  const page = await open(`/app/subscribers/${naliaka.id}`, { role: 'cashier' });
  await page.click('.line-card button:has-text("Why offline?")');
  await page.waitForSelector('dialog li.fail');
  const failing = await page.locator('dialog li.fail').first().textContent();
  check(failing.includes('Payment'), `the first that fails is "${failing}"`);
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog li.fail button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog >> text=Paid and booked');
  await page.click('dialog .actions button:has-text("Close")');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['N4 suspended: a manager resumes from the list of reasons'] = async ({ open }) => {
  const page = await open(`/app/subscribers/${person('Chebet').id}`, { role: 'manager' });
  await page.click('.line-card button:has-text("Why offline?")');
  await page.waitForSelector('dialog li.fail:has-text("Moved out, the dish is back")');
  await page.getByLabel('Reason').fill('He is back');
  await page.click('dialog li.fail button:has-text("Resume")');
  await page.waitForSelector('.toast');
  await page.waitForSelector('dialog li.ok:has-text("The line is active")');
};

tests['N4 wrong password: it says so, and how often'] = async ({ open }) => {
  const page = await open(`/app/subscribers/${person('Daudi').id}`, { role: 'technician' });
  await page.click('.line-card button:has-text("Why offline?")');
  await page.waitForSelector('dialog ol li');
  check((await page.textContent('dialog ol')).includes('rong password'), 'the wrong password is not told');
};

tests['B49 every try to log in stands there with its reason'] = async ({ open }) => {
  const page = await open('/app/logins', { role: 'technician', phone: false });
  await settled(page);
  const text = (await page.textContent('main')).toLowerCase();
  for (const reason of ['wrong password', 'no such username', 'not paid yet'])
    check(text.includes(reason), `"${reason}" is not there`);
};
