// Every text that a person or a machine may type is hostile here: it is shown as text on every screen
// that shows it, nothing of it runs, and nothing of it becomes an element.
import { check, settled, travel, world } from './page.mjs';
import { screens } from './screens.mjs';

export const tests = {};
const MARK = 'zzqx';
const HOSTILE = [
  `<img src=${MARK} onerror="window.owned=1">`,
  `"><svg onload="window.owned=1" id="${MARK}">`,
  `'--><script id="${MARK}">window.owned=1</script>`,
  `{@html ${MARK}}\${window.owned=1}</textarea><b id=${MARK}>`,
];
let used = 0;
const hostile = (max = 200) => `${(used += 1)}${HOSTILE[used % HOSTILE.length]}`.slice(0, max);

// Staff are added by a person in a browser, not by a program.
async function inPerson() {
  const Cookie = world.cookies.owner;
  const me = await (await fetch(`${world.url}/api/v1/me`, { headers: { Cookie } })).json();
  return { Cookie, 'X-CSRF-Token': me.csrf_token };
}
async function call(method, path, body, who = { Authorization: `Bearer ${world.token}` }) {
  const answer = await fetch(world.url + path, {
    method,
    headers: {
      ...who, 'Content-Type': 'application/json',
      'Idempotency-Key': `hostile-wish-number-${(used += 1)}-${method}`,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  check(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

async function poison() {
  const texts = {};
  const say = (what, max) => (texts[what] = hostile(max));
  await call('PUT', '/api/v1/settings/isp.name', { value: say('isp', 60) });
  await call('POST', '/api/v1/plans', {
    code: 'hostile', name: say('plan', 90), kind: 'pppoe', price_cents: 100, duration_n: 1,
    duration_unit: 'day', up_bps: null, down_bps: null, device_limit: 1, end_behaviour: 'pay_page',
  });
  const site = await call('POST', '/api/v1/sites', { name: say('site', 90), note: say('site note') });
  const area = await call('POST', '/api/v1/areas', { name: say('area', 90) });
  const building = await call('POST', '/api/v1/buildings', {
    name: say('building', 90), area_id: area.id, address: say('address', 190), landlord_name: say('landlord', 90),
  });
  const unit = await call('POST', `/api/v1/buildings/${building.id}/units`, { label: say('unit', 40) });
  const person = await call('POST', '/api/v1/subscribers', { full_name: say('name'), phone: '0799 000 111' });
  await call('PATCH', `/api/v1/subscribers/${person.id}`, {
    note: say('note'), email: say('email', 190), site_id: site.id,
  });
  await call('POST', `/api/v1/units/${unit.id}/tenancies`, { subscriber_id: person.id });
  const line = await call('POST', `/api/v1/subscribers/${person.id}/subscriptions`, {
    username: 'hostile', password: hostile(100), plan_code: 'hostile',
  });
  await call('POST', `/api/v1/subscriptions/${line.id}/suspend`, { reason: say('reason') });
  await call('POST', '/api/v1/routers', { name: say('router', 60), radius_source: '127.0.0.77' });
  await call('POST', '/api/v1/operators', { login: 'hostile', full_name: say('staff', 90), role: 'viewer' }, await inPerson());
  // A customer may type anything for an account at the till of his agent.
  await fetch(`${world.daraja}/control/paybill`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ phone: '254722000333', amount_cents: 12300, bill_reference: HOSTILE[0].slice(0, 20) }),
  });
  // Whoever tries to sign in may send any name and any device.
  await fetch(`${world.url}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': hostile() },
    body: JSON.stringify({ login: HOSTILE[0].slice(0, 32), password: HOSTILE[1] }),
  });
  return { texts, person, building };
}

// Nothing of it ran, nothing of it became an element or an attribute.
const harm = (page) =>
  page.evaluate(
    (mark) => ({
      ran: 'owned' in window,
      elements: document.querySelectorAll(`#${mark}, img[src="${mark}"], [onerror], [onload]`).length,
    }),
    MARK,
  );

tests['hostile text in every field is shown as text on every screen'] = async ({ open }) => {
  const { texts, person, building } = await poison();
  const page = await open('/', { phone: false });
  await settled(page);
  const shown = new Set();
  const own = {
    'the hostile one': `/app/subscribers/${person.id}`,
    'his homes': `/app/subscribers/${person.id}?tab=homes`,
    'his building': `/app/places/${building.id}`,
    'its report': `/app/places/${building.id}?tab=report`,
    'found by script': `/app/subscribers?search=${encodeURIComponent(HOSTILE[2])}`,
  };
  page.troubles.length = 0;
  for (const [name, path] of Object.entries({ ...screens(world), ...own })) {
    if (name === 'home') continue;
    await travel(page, path);
    const { ran, elements } = await harm(page);
    check(!ran, `${name}: a script ran`);
    check(elements === 0, `${name}: ${elements} elements were made of text`);
    const seen = await page.evaluate(() =>
      [document.body.innerText, document.title, ...[...document.querySelectorAll('input, textarea')].map((one) => one.value)].join('\n'));
    for (const [what, text] of Object.entries(texts)) if (seen.includes(text)) shown.add(what);
  }
  // An address that is none leads nowhere; the box is not asked for it.
  await travel(page, `/app/subscribers/${encodeURIComponent(HOSTILE[2])}`, () =>
    page.waitForSelector('text=There is no such page'));
  const refused = await harm(page);
  check(!refused.ran && refused.elements === 0, 'the address came alive');
  // Asked for where they are shown only on request.
  await travel(page, `/app/subscribers/${person.id}`);
  await page.click('button[aria-label="Change details"]');
  for (const value of await page.locator('dialog input, dialog textarea').evaluateAll((all) => all.map((one) => one.value)))
    for (const [what, text] of Object.entries(texts)) if (value.includes(text)) shown.add(what);
  await page.keyboard.press('Escape');
  await page.click('.line-card button:has-text("Why offline?")');
  await page.waitForSelector('dialog ol li');
  if ((await page.textContent('dialog')).includes(texts.reason)) shown.add('reason');
  const { ran, elements } = await harm(page);
  check(!ran && elements === 0, 'the reason came alive');
  const hidden = Object.keys(texts).filter((what) => !shown.has(what));
  check(hidden.length === 0, `nowhere shown as it was written: ${hidden.join(', ')}`);
};

tests['the policy of the page: no script but ours, nobody frames us'] = async ({ open }) => {
  const answer = await fetch(`${world.url}/app/subscribers`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  check(policy.includes("script-src 'self'") && !policy.includes('unsafe'), policy);
  check(policy.includes("frame-ancestors 'none'"), policy);
  const name = /\/assets\/[\w.-]+\.js/.exec(await answer.text())?.[0];
  const script = await fetch(world.url + name, { headers: { 'Accept-Encoding': 'gzip' } });
  check(script.headers.get('content-encoding') === 'gzip', 'the script came unpacked');
  check((script.headers.get('cache-control') ?? '').includes('immutable'), 'the script is not kept');
  const again = await fetch(world.url + name, { headers: { 'If-None-Match': script.headers.get('etag') } });
  check(again.status === 304, `asked again: ${again.status}`);
  // The browser keeps to it: a script put into the page does not run, and says so.
  const page = await open('/', { mayFail: /policy|Content Security Policy/ });
  await settled(page);
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.owned = 1';
    document.body.append(script);
    return 'owned' in window;
  });
  check(!ran, 'a script inside the page ran');
  check(!(await page.evaluate(() => document.cookie)).includes('session'), 'a script reads the cookie');
};
