// Who may come in: somebody locked out, a program with its token; and the search box for what people
// remember of somebody.
import { axeFindings, check, settled, world } from './page.mjs';

export const tests = {};

tests['who is locked out by wrong passwords is marked, and the owner lets that person in'] = async ({ open }) => {
  const hers = await open('/', { role: null, mayFail: /401|429/ });
  const tries = async (password) => {
    await hers.fill('input[name=login]', world.logins.viewer);
    await hers.fill('input[name=password]', password);
    const answer = hers.waitForResponse((one) => one.url().endsWith('/api/v1/sign-in'));
    await hers.click('button.main');
    return (await answer).status();
  };
  for (let count = 0; count < 5; ++count) check((await tries(`wrong ${count}`)) === 401, 'a wrong try was not refused');
  check((await tries(world.password)) === 429, 'five wrong tries do not lock');
  const page = await open('/app/operators');
  await settled(page);
  const row = page.locator('main ul.rows > li').filter({ has: page.locator('.chip.bad:has-text("locked until")') });
  check((await row.count()) === 1, `${await row.count()} are marked as locked`);
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await row.locator('button:has-text("Let in now")').click();
  await page.locator('dialog[open]').locator('text=wrong passwords').waitFor();
  await page.click('dialog button.main');
  await page.waitForSelector('.toast:has-text("can try again now")');
  await row.waitFor({ state: 'detached' });
  check((await tries(world.password)) === 200, 'she is still locked out');
};

tests['a program gets a token, shown once, and is refused when it is ended'] = async ({ open }) => {
  const page = await open('/app/api');
  await settled(page);
  await page.click('main a:has-text("Tokens for programs")');
  await page.waitForSelector('h1:has-text("Tokens for programs")');
  await page.click('.head button:has-text("New token")');
  const dialog = page.locator('dialog[open]');
  await page.click('dialog button.main');
  await dialog.locator('.wrong').first().waitFor();
  await dialog.getByLabel('What it is for').fill('Accounting');
  await dialog.getByLabel('Acts as').selectOption({ label: 'Grace Njeri · Viewer' });
  await page.click('dialog button.main');
  const token = await dialog.locator('code').textContent();
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog button:has-text("Done")');
  const asks = async () =>
    (await fetch(`${world.url}/api/v1/plans`, { headers: { Authorization: `Bearer ${token}` } })).status;
  check((await asks()) === 200, 'the token opens nothing');
  const row = page.locator('main ul.rows > li').filter({ hasText: 'Accounting' });
  await row.locator('text=Grace Njeri').waitFor();
  check(!(await page.content()).includes(token), 'the token is shown again');
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await row.locator('button:has-text("End it")').click();
  await page.click('dialog button.danger');
  await row.waitFor({ state: 'detached' });
  check((await asks()) === 401, 'it still works');
};

tests['the search box finds by the end of a phone, by a home, and the pages by their words'] = async ({ open }) => {
  const page = await open('/', { phone: false });
  await settled(page);
  const one = world.people[1];
  const looks = async (text) => {
    await page.keyboard.press('Control+k');
    await page.fill('dialog input[type=search]', text);
  };
  await looks(one.phone.slice(-4));
  await page.waitForSelector(`[role=option]:has-text("${one.name}")`);
  await page.keyboard.press('Escape');
  await looks('umoja a2');
  await page.waitForSelector(`[role=option]:has-text("${one.name}"):has-text("Umoja Court A2")`);
  await page.keyboard.press('Escape');
  await looks('umoja');
  await page.click('[role=option]:has-text("Building")');
  await page.waitForSelector('h1:has-text("Umoja Court")');
  for (const [text, heading] of [['paybill', 'Settings'], ['m-pesa', 'Settings'], ['token', 'Tokens for programs']]) {
    await looks(text);
    await page.click(`[role=option]:has-text("${heading}")`);
    await page.waitForSelector(`h1:has-text("${heading}")`);
  }
  // Enter on a page opens it, when nobody has such a name.
  await looks('landlords');
  await page.waitForSelector('[role=option]:has-text("Buildings")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:has-text("Buildings")');
  // What one may not see is not found.
  const cashier = await open('/', { role: 'cashier', language: 'sw' });
  await settled(cashier);
  await cashier.click('header button.plain');
  await cashier.fill('dialog input[type=search]', 'vifurushi');
  await cashier.waitForSelector('[role=option]:has-text("Vifurushi")');
  await cashier.fill('dialog input[type=search]', 'mipangilio');
  await cashier.waitForSelector('dialog .note');
  check((await cashier.locator('[role=option]').count()) === 0, 'a cashier is led to the settings');
};
