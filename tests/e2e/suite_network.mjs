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
  await page.waitForSelector('dialog li.is-fail');
  const failing = await page.locator('dialog li.is-fail').first().textContent();
  check(failing.includes('Payment'), `the first that fails is "${failing}"`);
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog li.is-fail button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog >> text=Paid and booked');
  await page.click('dialog .actions button:has-text("Close")');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['N4 suspended: a manager resumes from the list of reasons'] = async ({ open }) => {
  const page = await open(`/app/subscribers/${person('Chebet').id}`, { role: 'manager' });
  await page.click('.line-card button:has-text("Why offline?")');
  await page.waitForSelector('dialog li.is-fail:has-text("Moved out, the dish is back")');
  await page.getByLabel('Reason').fill('He is back');
  await page.click('dialog li.is-fail button:has-text("Resume")');
  await page.waitForSelector('.toast');
  await page.waitForSelector('dialog li.is-ok:has-text("The line is active")');
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

tests['a technician adds a router: its secret is shown once; then another port, off, on, another secret'] = async ({ open }) => {
  const page = await open('/app/routers', { role: 'technician' });
  await settled(page);
  await page.click('.head button:has-text("New router")');
  const dialog = page.locator('dialog');
  await dialog.getByLabel('Name').fill('Ngong hill');
  await dialog.getByLabel('The router’s IP address').fill('10.20.0.300');
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('dialog .wrong:has-text("IP address")');
  await dialog.getByLabel('The router’s IP address').fill('10.20.0.3');
  await page.click('dialog button:has-text("Save")');
  const secret = await page.textContent('dialog code');
  check(secret.length >= 16, `"${secret}" is no secret`);
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog button:has-text("Done")');
  const row = page.locator('main ul.rows > li').filter({ hasText: 'Ngong hill' });
  await row.locator('text=10.20.0.3:3799').waitFor();
  check(!(await page.content()).includes(secret), 'the secret is shown again');

  await row.locator('button:has-text("Change")').click();
  await dialog.getByLabel('Port for commands (CoA)').fill('1700');
  await dialog.getByLabel('Demand Message-Authenticator').check();
  check((await dialog.locator('select').count()) === 0, 'a technician is offered to move it to a site');
  await page.click('dialog button:has-text("Save")');
  await row.locator('text=10.20.0.3:1700').waitFor();
  await row.locator('text=Message-Authenticator demanded').waitFor();

  await row.locator('[popovertarget]').click();
  await page.click('[popover]:popover-open button:has-text("Switch off")');
  await row.locator('.chip:has-text("switched off")').waitFor();
  await page.click('.toast:has-text("switched off") button:has-text("Undo")');
  await row.locator('.chip:has-text("not heard yet")').waitFor();

  await row.locator('[popovertarget]').click();
  await page.click('[popover]:popover-open button:has-text("New RADIUS secret")');
  await page.click('dialog button.danger');
  const another = await page.textContent('dialog code');
  check(another.length >= 16 && another !== secret, 'the secret is not another one');
};

tests['a router that was never heard says what to look at, is put right, and goes; one in use is only switched off'] = async ({ open }) => {
  const page = await open('/app/routers', { role: 'technician' });
  await settled(page);
  const dialog = page.locator('dialog[open]');
  await page.click('.head button:has-text("New router")');
  await dialog.getByLabel('Name').fill('Karen tower');
  await dialog.getByLabel('The router’s IP address').fill('10.20.0.40');
  await page.click('dialog button:has-text("Save")');
  await page.click('dialog button:has-text("Done")');
  const rows = page.locator('main ul.rows > li');
  const row = rows.filter({ hasText: 'Karen' });
  await row.locator('.chip.warn:has-text("not heard yet")').waitFor();
  await row.locator('button:has-text("What to do")').click();
  await dialog.locator('li:has-text("10.20.0.40")').waitFor();
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog button:has-text("Done")');

  // A slip in the name and in the address; the commands follow.
  await row.locator('button:has-text("Change")').click();
  await dialog.getByLabel('Name').fill('Karen mast');
  await dialog.getByLabel('The router’s IP address').fill('10.20.0.41');
  await page.click('dialog button:has-text("Save")');
  await rows.filter({ hasText: 'Karen mast' }).locator('text=10.20.0.41:3799').waitFor();
  await page.click('.toast:has-text("Karen mast") button:has-text("Undo")');
  await rows.filter({ hasText: 'Karen tower' }).locator('text=10.20.0.40:3799').waitFor();

  await row.locator('[popovertarget]').click();
  await page.click('[popover]:popover-open button:has-text("Remove")');
  await dialog.locator('text=No session ever came').waitFor();
  await page.click('dialog button.danger');
  await row.waitFor({ state: 'detached' });

  const used = rows.filter({ has: page.locator('.chip.good') }).first();
  await used.locator('[popovertarget]').press('Enter'); // a tap right after the rows moved is not taken
  await page.locator('[popover]:popover-open button:has-text("Remove")').press('Enter');
  await dialog.locator('text=stay on record').waitFor();
  check((await dialog.locator('button:has-text("Remove")').count()) === 0, 'a router with sessions is offered for removal');
  await dialog.locator('.actions button:has-text("Close")').click();
};

tests['a site\u2019s number of routers opens them; the owner moves one there and back'] = async ({ open }) => {
  const page = await open('/app/sites', { phone: false });
  await settled(page);
  await page.locator('tbody tr').filter({ hasText: 'Rongai' }).locator('a[href^="/app/routers"]').click();
  await page.waitForSelector('h1:has-text("Routers")');
  const rows = page.locator('tbody tr');
  await rows.first().waitFor();
  check((await rows.count()) === 1, `${await rows.count()} routers are of Rongai`);
  const name = await rows.first().locator('strong').textContent();
  await rows.first().locator('button:has-text("Change")').click();
  await page.locator('dialog').getByLabel('Site').selectOption({ label: 'Ngong' });
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('text=Nothing fits');
  await page.click('.toast button:has-text("Undo")');
  await rows.first().waitFor();
  // The search box leads to the one router.
  await page.keyboard.press('Control+k');
  await page.fill('dialog input[type=search]', name);
  await page.click(`[role=option]:has-text("${name}")`);
  await page.waitForURL(/routers\?router=\d+$/);
  await rows.first().waitFor();
  check((await rows.count()) === 1, `${await rows.count()} routers are shown for one hit`);
};

tests['who may not change a router is not offered it'] = async ({ open }) => {
  for (const [role, wanted] of [['viewer', 0], ['cashier', 0], ['technician', 1]]) {
    const page = await open('/app/routers', { role });
    await settled(page);
    for (const text of ['New router', 'Change', 'More of']) {
      const found = await page.getByRole('button', { name: text }).count();
      check(wanted ? found > 0 : found === 0, `${role}: ${found} times "${text}"`);
    }
  }
};
