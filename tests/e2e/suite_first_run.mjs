// An owner's first minutes, on his phone: the code from the console, then each step of the wizard.
import { axeFindings, check, settled, tooWide, world } from './page.mjs';

export const tests = {};

// Writes settings that belong together, and saves them together.
async function save(page, fields) {
  for (const [label, text] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(text);
  await page.click('main form button.main:has-text("Save")');
  for (const label of Object.keys(fields)) await page.waitForSelector(`.toast:has-text("${label}")`);
}

tests['B24 B25 from a box that nobody owns to the first customer'] = async ({ open }) => {
  const page = await open('/', { role: null, base: world.empty, mayFail: /401.*first-run.owner/ });
  await page.waitForSelector('h1:has-text("Welcome to Mnara")');
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  check((await tooWide(page)) <= 0, 'too wide');
  // Nothing filled in: each field says what it wants, the first has the focus.
  await page.click('button.main');
  await page.waitForSelector('.wrong');
  check((await page.locator('.wrong').count()) === 4, 'not each field says what is wrong with it');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  const fill = (label, text) => page.getByLabel(label, { exact: true }).fill(text);
  await fill('Full name', 'Wanjiru Kamau');
  await fill('Login', 'wanjiru');
  await fill('Password', world.password);
  await fill('Code from the console', 'AAAA-AAAA');
  await page.click('button.main');
  // Said once, at its field.
  await page.waitForSelector('.wrong:has-text("not the code of this box")');
  check((await page.locator('[role=alert]').count()) === 1, 'the wrong code is said more than once');
  await fill('Code from the console', world.code.toLowerCase());
  await page.click('button.main');

  await page.waitForSelector('h1:has-text("Set up")');
  await settled(page);
  await page.waitForSelector('h2:has-text("Your name")');
  await save(page, { 'Name of the ISP': 'Baraka Net' });
  // From step to step as they stand in the list.
  await page.waitForSelector('h2:has-text("Time zone")');
  await page.click('main form button.main:has-text("Save")');
  await page.waitForSelector('h2:has-text("Logo")');
  await page.click('button:has-text("M-Pesa")');
  await page.waitForSelector('h2:has-text("M-Pesa")');
  // Tested before it is filled in: it says so, and not with a code.
  await page.click('button:has-text("Test now")');
  await page.waitForSelector('.note.bad:has-text("missing")');
  await save(page, {
    'Paybill, or the store number of a till': world.short_code,
    'Consumer key': 'not-the-key',
    'Consumer secret': 'test-secret',
    Passkey: 'test-passkey',
  });
  const step = page.locator('ol.rows button:has-text("M-Pesa")');
  await step.locator('text=now test them').waitFor();
  await page.click('button:has-text("Test now")');
  await page.waitForSelector('.note.bad:has-text("does not know these keys")');
  // What was said of the old key is not true of the new one, which is not saved yet.
  await page.getByLabel('Consumer key', { exact: true }).fill('test-key');
  await page.waitForSelector('.note.bad', { state: 'detached' });
  check(await page.isDisabled('button:has-text("Test now")'), 'what is not saved can be tested');
  await save(page, { 'Consumer key': 'test-key' });
  await page.click('button:has-text("Test now")');
  await page.waitForSelector('.note.good:has-text("It works")');
  await page.waitForSelector('button:has-text("Register our paybill addresses")');
  await step.locator('text=Done').waitFor();

  await page.click('button:has-text("First plan")');
  await page.click('button:has-text("New plan")');
  await page.getByLabel('Name', { exact: true }).fill('Home 10 Mbit/s');
  await page.getByLabel('Price (KES)').fill('2500');
  await page.getByLabel('Download (Mbit/s)').fill('10');
  await page.getByLabel('Upload (Mbit/s)').fill('5');
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('.toast:has-text("Home 10 Mbit/s")');

  await page.goto(`${world.empty}/app/subscribers`);
  await page.waitForSelector('text=No customers yet');
  await page.click('.head button:has-text("New customer")');
  await page.locator('dialog').getByLabel('Full name').fill('Achieng Kariuki');
  await page.locator('dialog').getByLabel('Phone').fill('0712 345 678');
  await page.locator('dialog').getByLabel('Plan').selectOption({ label: 'Home 10 Mbit/s, KES\u00a02,500' });
  await page.locator('dialog').getByLabel('Username').fill('achieng');
  await page.click('dialog button:has-text("Save")');
  // What goes into his router is shown once.
  await page.waitForSelector('dialog code, dialog .mono');
  await page.click('dialog button:has-text("Done")');
  await page.waitForSelector('h1:has-text("Achieng Kariuki")');
  await page.click('.line-card button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog >> text=Paid and booked');
  await page.goto(`${world.empty}/`);
  await page.waitForSelector('.hero .amount:has-text("2,500")');
  check((await page.title()).includes('Baraka Net'), 'the name of the ISP is not in the title');
};
