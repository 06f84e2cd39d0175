// What people do with the screens, step by step, against the real daemon and the simulated M-Pesa.
import { check, settled, world } from './page.mjs';

export const tests = {};

tests['P27 sign in: wrong is said, right opens home, out closes the door'] = async ({ open }) => {
  const page = await open('/app/plans', { role: null, mayFail: /401/ });
  await page.fill('input[name=login]', world.logins.viewer);
  await page.fill('input[name=password]', 'not the password');
  await page.click('button.main');
  await page.waitForSelector('.note.bad');
  check((await page.inputValue('input[name=login]')) === world.logins.viewer, 'the login was lost');
  await page.fill('input[name=password]', world.password);
  await page.click('button.main');
  // He is where he wanted to go.
  await page.waitForSelector('h1:has-text("Plans")');
  check(!(await page.evaluate(() => document.cookie)).includes('session'), 'a script reads the cookie');
  await page.goto(`${world.url}/app/account`);
  await page.click('text=Sign out >> nth=0');
  await page.waitForSelector('input[name=login]');
};

tests['P27 the link from the console opens the screens, once'] = async ({ open }) => {
  const page = await open(new URL(world.link).pathname, { role: null });
  // A page with a button: who only looks where a link leads does not use it up.
  await page.click('button:has-text("Sign in")');
  await page.waitForSelector('.hero .amount');
  const again = await open(new URL(world.link).pathname, { role: null, mayFail: /410/ });
  if (await again.locator('button').count()) await again.click('button:has-text("Sign in")');
  await again.waitForSelector('h1:has-text("This link is used up")');
};

tests['a colleague comes by a link, chooses a password, and signs in with it afterwards'] = async ({ open }) => {
  const page = await open('/app/operators', { phone: false });
  await settled(page);
  await page.click('.head button:has-text("New staff member")');
  await page.locator('dialog').getByLabel('Full name').fill('Neema Atieno');
  await page.locator('dialog').getByLabel('Login').fill('neema');
  await page.click('dialog button:has-text("Save")');
  const link = await page.locator('dialog code').textContent();
  const hers = await open(new URL(link).pathname, { role: null });
  await hers.click('button:has-text("Sign in")');
  // Nothing else before: the link does not work again.
  await hers.waitForSelector('h1:has-text("Choose your password")');
  check((await hers.locator('.tabs').count()) === 0, 'the screens are open without a password');
  await hers.getByLabel('New password').fill(world.password);
  await hers.click('button:has-text("Save the password")');
  await hers.waitForSelector('.tabs');
  await hers.goto(`${world.url}/app/account`);
  await hers.click('text=Sign out >> nth=0');
  await hers.fill('input[name=login]', 'neema');
  await hers.fill('input[name=password]', world.password);
  await hers.click('button.main');
  await hers.waitForSelector('h1:has-text("My account")');
};

tests['one box finds a customer by each way his phone is written'] = async ({ open }) => {
  const page = await open('/', { phone: false });
  await page.waitForSelector('h1');
  const digits = world.people[1].phone;
  for (const text of [`0${digits.slice(3)}`, `+${digits}`, digits, `0${digits.slice(3, 6)} ${digits.slice(6, 9)} ${digits.slice(9)}`, world.people[1].account]) {
    await page.keyboard.press('Control+k');
    await page.fill('dialog input[type=search]', text);
    await page.waitForSelector(`[role=option]:has-text("${world.people[1].name}")`);
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('/');
  await page.fill('dialog input[type=search]', digits);
  await page.waitForSelector('[role=option]');
  await page.keyboard.press('Enter');
  await page.waitForSelector(`h1:has-text("${world.people[1].name}")`);
  check(page.url().endsWith(`/app/subscribers/${world.people[1].id}`), 'the hit did not open');
};

tests['P21 collect a payment and watch it become true'] = async ({ open }) => {
  const one = world.people[12];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'cashier' });
  await page.click('button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog >> text=Paid and booked');
  await page.waitForSelector('dialog li.brought:has-text("Paid until")');
  await page.click('dialog button:has-text("Close") >> nth=-1');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['suspend with a reason, and take it back by the toast'] = async ({ open }) => {
  const one = world.people[12];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'manager' });
  await page.click('main button:has-text("More")');
  await page.click('[popover] button:has-text("Suspend")');
  await page.click('dialog button:has-text("Suspend")');
  await page.waitForSelector('dialog .wrong'); // a reason is asked for
  await page.fill('dialog input', 'Noise on the line');
  await page.click('dialog button:has-text("Suspend")');
  await page.waitForSelector('.line-card .chip:has-text("Suspended")');
  await page.click('.toast button:has-text("Undo")');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['B6 unmatched money: the suggestion is one tap, and can be stopped'] = async ({ open }) => {
  const page = await open('/app/unmatched', { role: 'cashier' });
  const money = page.locator('section.card[aria-label="KES\u00a02,500"]');
  // "KAMAU" was typed for an account, and is a username: he is suggested, with the reason.
  const suggestion = money.locator('li button.quiet:has-text("Kamau Otieno")');
  await suggestion.click();
  // What it buys cannot be taken back, so for a moment nothing is sent yet.
  await money.locator('button:has-text("Stop")').click();
  await suggestion.click();
  await money.waitFor({ state: 'detached' });
  await page.waitForSelector('.toast:has-text("Kamau Otieno")');
};

tests['add a customer with a line, and meet him in the list'] = async ({ open }) => {
  const page = await open('/app/subscribers', { role: 'cashier', mayFail: /409/ });
  await settled(page);
  await page.click('.head button:has-text("New customer")');
  await page.click('dialog button:has-text("Save")');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  await page.locator('dialog').getByLabel('Full name').fill('Zawadi Moraa');
  await page.locator('dialog').getByLabel('Phone').fill('+254 733 111 222');
  await page.locator('dialog').getByLabel('Plan').selectOption('week');
  await page.locator('dialog').getByLabel('Username').fill(world.people[0].username);
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('dialog .wrong:has-text("username")'); // taken; nothing typed is lost
  check((await page.locator('dialog').getByLabel('Full name').inputValue()) === 'Zawadi Moraa', 'the name was lost');
  await page.locator('dialog').getByLabel('Username').fill('zawadi');
  await page.click('dialog button:has-text("Save")');
  // What goes into his router is shown once.
  await page.waitForSelector('dialog code, dialog .mono');
  await page.click('dialog button:has-text("Done")');
  await page.waitForSelector('h1:has-text("Zawadi Moraa")');
  await page.click('.tabs a:has-text("Customers")');
  await page.waitForSelector('main ul.rows >> text=Zawadi Moraa');
  check((await page.locator('main ul.rows >> text=Zawadi Moraa').count()) === 1, 'he is there twice');
};

tests['the answer that makes a customer or his line gets lost: saving again makes neither twice'] = async ({ open }) => {
  const page = await open('/app/subscribers', { role: 'cashier', mayFail: /ERR_FAILED/ });
  await settled(page);
  const lost = [];
  await page.route(/\/api\/v1\/subscribers(\/\d+\/subscriptions)?$/, async (route) => {
    const kind = route.request().url().endsWith('/subscriptions') ? 'line' : 'customer';
    if (route.request().method() !== 'POST' || lost.includes(kind)) return route.continue();
    lost.push(kind);
    await route.fetch(); // the box did it
    await route.abort();
  });
  await page.click('.head button:has-text("New customer")');
  await page.locator('dialog').getByLabel('Full name').fill('Upendo Kerubo');
  await page.locator('dialog').getByLabel('Phone').fill('0733 222 333');
  await page.locator('dialog').getByLabel('Plan').selectOption('week');
  await page.locator('dialog').getByLabel('Username').fill('upendo');
  for (const kind of ['customer', 'line']) {
    await page.click('dialog button:has-text("Save")');
    await page.waitForSelector('dialog [role=alert]');
    check(lost.at(-1) === kind, `lost: ${lost}`);
    await page.waitForSelector('dialog button:has-text("Save"):enabled');
  }
  await page.click('dialog button:has-text("Save")');
  await page.click('dialog button:has-text("Done")');
  await page.waitForSelector('h1:has-text("Upendo Kerubo")');
  check((await page.locator('.line-card').count()) === 1, 'not one line');
  await page.click('.tabs a:has-text("Customers")');
  await page.waitForSelector('main ul.rows >> text=Upendo Kerubo');
  check((await page.locator('main ul.rows >> text=Upendo Kerubo').count()) === 1, 'she is there twice');
};

tests['what changes elsewhere appears without a touch'] = async ({ open }) => {
  const page = await open('/app/subscribers', { phone: false });
  await settled(page);
  const answer = await fetch(`${world.url}/api/v1/subscribers`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${world.token}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'a-wish-from-elsewhere' },
    body: JSON.stringify({ full_name: 'Baridi Sana', phone: '0733 999 888' }),
  });
  check(answer.ok, await answer.text());
  await page.waitForSelector('td:has-text("Baridi Sana")');
};

tests['what a screen that is left alone asks for says so, and keeps nobody signed in'] = async ({ open }) => {
  const page = await open('/app/subscribers', { phone: false });
  await settled(page);
  const nextRefresh = async (note) => {
    const asked = page.waitForRequest(/\/api\/v1\/subscribers\?/);
    const answer = await fetch(`${world.url}/api/v1/subscribers/${world.people[7].id}`, {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${world.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ note }),
    });
    check(answer.ok, await answer.text());
    return (await asked).headers()['x-mnara-auto'];
  };
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    performance.now = () => now() + 61_000;
  });
  check((await nextRefresh('left alone')) === '1', 'it says that somebody is at the screen');
  await page.keyboard.press('Tab');
  check((await nextRefresh('in use')) === undefined, 'it says that nobody is at the screen');
};

tests['on a slow link a busy box is shown all the same, one answer at a time'] = async ({ open }) => {
  const page = await open('/app/plans', { phone: false });
  await settled(page);
  let asked = 0;
  let most = 0;
  await page.route(/\/api\/v1\/subscribers\?/, async (route) => {
    most = Math.max(most, (asked += 1));
    await new Promise((done) => setTimeout(done, 1500));
    asked -= 1;
    await route.continue().catch(() => undefined);
  });
  let turn = 0;
  const busy = setInterval(
    () =>
      void fetch(`${world.url}/api/v1/subscribers/${world.people[7].id}`, {
        method: 'PATCH',
        headers: { Authorization: `Bearer ${world.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ note: `called ${(turn += 1)} times` }),
      }),
    500,
  );
  try {
    await page.click('.mast a:has-text("Customers")');
    await page.waitForSelector('td a.cover');
    await page.waitForTimeout(6000);
  } finally {
    clearInterval(busy);
  }
  check(most === 1, `${most} answers were on their way at once`);
};

tests['unmatched money is given by hand, and taken back by the toast'] = async ({ open }) => {
  const one = world.people[4];
  const page = await open('/app/unmatched', { role: 'cashier' });
  const money = page.locator('section.card[aria-label="KES\u00a080"]');
  await money.locator('button.word').click();
  await page.fill('dialog input[type=search]', one.phone);
  await page.click(`dialog button:has-text("${one.name}")`);
  await money.waitFor({ state: 'detached' });
  await page.click('.toast button:has-text("Undo")');
  await money.waitFor();
  // Given for good it has an owner everywhere, and its own page has the way back.
  await money.locator('button.word').click();
  await page.fill('dialog input[type=search]', one.phone);
  await page.click(`dialog button:has-text("${one.name}")`);
  await money.waitFor({ state: 'detached' });
  await page.click('.tabs a:has-text("Payments")');
  const row = page.locator('main ul.rows > li').filter({ hasText: 'KES\u00a080' }).filter({ hasText: one.name }).first();
  check((await row.locator('.chip').count()) === 0, 'it is nobody\u2019s still');
  await row.locator('a').click();
  await page.waitForSelector(`main ol.steps:has-text("said it is for ${one.name}")`);
  check((await page.locator('main button:has-text("Say whose it is")').count()) === 0, 'it can be given again');
  await page.click('main button:has-text("Take it back")');
  await page.fill('dialog input', 'The wrong customer');
  await page.click('dialog button:has-text("Take it back")');
  await page.waitForSelector('main button:has-text("Say whose it is")');
  await page.waitForSelector('main ol.steps:has-text("The wrong customer")');
};

tests['who has a phone that is known already is shown, before he is made twice'] = async ({ open }) => {
  const page = await open('/app/subscribers', { role: 'cashier' });
  await settled(page);
  await page.click('.head button:has-text("New customer")');
  await page.locator('dialog').getByLabel('Full name').fill('His Wife');
  await page.locator('dialog').getByLabel('Plan').selectOption({ index: 1 });
  await page.locator('dialog').getByLabel('Phone').fill(`+${world.people[5].phone}`);
  await page.click('dialog button:has-text("Save")');
  const known = page.locator(`dialog .note:has-text("${world.people[5].name}")`);
  await known.waitFor();
  // The form is taller than the phone, and the button at its foot was tapped.
  const { y } = await known.boundingBox();
  check(y >= 0 && y < page.viewportSize().height, `it is told out of sight, at ${y}`);
  await page.click('dialog button:has-text("Make another")');
  await page.click('dialog button:has-text("Done")');
  await page.waitForSelector('h1:has-text("His Wife")');
};

tests['a page that nobody looks at keeps no stream; it is opened again when it is shown'] = async ({ open }) => {
  const page = await open('/');
  await settled(page);
  const isStream = (request) => request.url().endsWith('/api/v1/events');
  const show = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  const ended = page.waitForEvent('requestfailed', isStream);
  await show(true);
  await ended;
  const begun = page.waitForRequest(isStream);
  await show(false);
  await begun;
  await settled(page);
};

tests['filters live in the address; Back comes back to them'] = async ({ open }) => {
  const page = await open('/app/subscribers', { phone: false });
  await settled(page);
  await page.selectOption('select >> nth=0', 'pending');
  await page.waitForURL(/state=pending/);
  await page.click(`a:has-text("${world.people[11].name}")`);
  await page.waitForSelector(`h1:has-text("${world.people[11].name}")`);
  await page.goBack();
  await page.waitForURL(/state=pending/);
  check((await page.inputValue('select >> nth=0')) === 'pending', 'the filter was forgotten');
};

tests['times are Nairobi\u2019s wherever the browser thinks it is'] = async ({ open }) => {
  const page = await open('/app/audit', { phone: false });
  await settled(page);
  const shown = await page.textContent('tbody tr:first-child td:first-child');
  check(shown.includes('20 Nov 2026, 12:'), `${shown} is not of noon in Nairobi`);
};

tests['a plan off sale is not offered for a new line, stays with who has it, and comes back'] = async ({ open }) => {
  const page = await open('/app/plans', { role: 'manager' });
  await settled(page);
  const row = page.locator('main ul.rows > li').filter({ hasText: 'One week' });
  await row.locator('[popovertarget]').click();
  await page.click('[popover]:popover-open button:has-text("Take off sale")');
  await row.locator('.chip:has-text("off sale")').waitFor();
  const offered = async (one, way) => {
    const other = await open(`/app/subscribers/${one.id}`, { role: 'cashier' });
    await settled(other);
    await way(other);
    await other.waitForSelector('dialog option:has-text("Home, one month")', { state: 'attached' });
    return (await other.locator('dialog option:has-text("One week")').count()) > 0;
  };
  const change = async (other) => {
    await other.click('main .line-card button:has-text("More")');
    await other.click('[popover]:popover-open button:has-text("Change plan")');
  };
  // The second of three has the week, the third the month.
  check(await offered(world.people[1], change), 'who has it cannot keep it');
  check(!(await offered(world.people[8], change)), 'it is offered to who has another one');
  check(!(await offered(world.people[8], (other) => other.click('button:has-text("Add a line")'))), 'it is offered for a new line');
  await row.locator('button:has-text("Put on sale")').click();
  await row.locator('.chip').waitFor({ state: 'detached' });
  check(await offered(world.people[8], change), 'it did not come back');
  // And by the toast: off again.
  await page.click('.toast:has-text("on sale again") button:has-text("Undo")');
  await row.locator('.chip:has-text("off sale")').waitFor();
  await row.locator('button:has-text("Put on sale")').click();
  await row.locator('.chip').waitFor({ state: 'detached' });
};

tests['a browser would install it as an app'] = async ({ open }) => {
  const page = await open('/');
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // The tests' own windows keep nothing, so nothing is installed from them.
  const wrong = installabilityErrors.map((one) => one.errorId).filter((id) => id !== 'in-incognito');
  check(wrong.length === 0, wrong.join());
};
