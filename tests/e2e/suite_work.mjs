// What people do with the screens, step by step, against the real daemon and the simulated M-Pesa.
export const tests = {};

tests['P27 sign in: wrong is said, right opens home, out closes the door'] = async ({ open, world, check }) => {
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
  check(!(await page.evaluate(() => document.cookie)).includes('mnara_session'), 'a script reads the cookie');
  await page.goto(`${world.url}/app/account`);
  await page.click('text=Sign out >> nth=0');
  await page.waitForSelector('input[name=login]');
};

tests['one box finds a customer by each way his phone is written'] = async ({ open, world, check }) => {
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

tests['collect a payment and watch it become true'] = async ({ open, world }) => {
  const one = world.people[2];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'cashier' });
  await page.click('button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog >> text=Paid and booked');
  await page.click('dialog button:has-text("Close") >> nth=-1');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['suspend with a reason, and take it back by the toast'] = async ({ open, world }) => {
  const one = world.people[2];
  const page = await open(`/app/subscribers/${one.id}`, { role: 'manager' });
  await page.click('button:has-text("More")');
  await page.click('[popover] button:has-text("Suspend")');
  await page.click('dialog button:has-text("Suspend")');
  await page.waitForSelector('dialog .wrong'); // a reason is asked for
  await page.fill('dialog input', 'Noise on the line');
  await page.click('dialog button:has-text("Suspend")');
  await page.waitForSelector('.line-card .chip:has-text("Suspended")');
  await page.click('.toast button:has-text("Undo")');
  await page.waitForSelector('.line-card .chip:has-text("Active")');
};

tests['unmatched money is given by hand, and taken back by the toast'] = async ({ open, world }) => {
  const one = world.people[4];
  const page = await open('/app/unmatched', { role: 'cashier' });
  await page.click('button:has-text("Find the customer"), button:has-text("Somebody else")');
  await page.fill('dialog input[type=search]', one.phone);
  await page.click(`dialog button:has-text("${one.name}")`);
  await page.waitForSelector('text=Every payment has an owner');
  await page.click('.toast button:has-text("Undo")');
  await page.waitForSelector('.card:has-text("KES 80")');
};

tests['what a role may never do is not offered'] = async ({ open, settled, world, check }) => {
  const page = await open(`/app/subscribers/${world.people[0].id}`, { role: 'viewer' });
  await settled(page);
  check(!(await page.locator('text=Collect payment').count()), 'a viewer is offered to collect');
  await page.goto(`${world.url}/app/settings`);
  await page.waitForSelector('text=Your role may not do this');
};

tests['hostile text is shown, never run'] = async ({ open, settled, world, check }) => {
  const one = world.people.at(-1);
  const page = await open(`/app/subscribers/${one.id}`);
  await settled(page);
  check((await page.textContent('h1')) === world.hostile, 'the name is not shown as it is');
  await page.goto(`${world.url}/app/subscribers?search=${encodeURIComponent('<script>document.title="owned"</script>')}`);
  await settled(page);
  check(!(await page.title()).includes('owned'), 'a script ran');
};

tests['the policy of the page lets no foreign script in'] = async ({ world, check }) => {
  const answer = await fetch(`${world.url}/app/subscribers`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  check(policy.includes("script-src 'self'") && !policy.includes('unsafe'), policy);
  const name = /\/assets\/[\w.-]+\.js/.exec(await answer.text())?.[0];
  const script = await fetch(world.url + name, { headers: { 'Accept-Encoding': 'gzip' } });
  check(script.headers.get('content-encoding') === 'gzip', 'the script came unpacked');
  check((script.headers.get('cache-control') ?? '').includes('immutable'), 'the script is not kept');
  const again = await fetch(world.url + name, { headers: { 'If-None-Match': script.headers.get('etag') } });
  check(again.status === 304, `asked again: ${again.status}`);
};

tests['filters live in the address; Back comes back to them'] = async ({ open, settled, world, check }) => {
  const page = await open('/app/subscribers', { phone: false });
  await settled(page);
  await page.selectOption('select >> nth=0', 'pending');
  await page.waitForURL(/state=pending/);
  await page.click(`a:has-text("${world.people[3].name}")`);
  await page.waitForSelector(`h1:has-text("${world.people[3].name}")`);
  await page.goBack();
  await page.waitForURL(/state=pending/);
  check((await page.inputValue('select >> nth=0')) === 'pending', 'the filter was forgotten');
};

tests['times are Nairobi\u2019s wherever the browser thinks it is'] = async ({ open, settled, check }) => {
  const page = await open('/app/audit', { phone: false });
  await settled(page);
  const shown = await page.textContent('tbody tr:first-child td:first-child');
  const nairobi = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Nairobi', hour: '2-digit' });
  check(shown.includes(`, ${nairobi.format(new Date())}:`), `${shown} is not of this hour in Nairobi`);
};
