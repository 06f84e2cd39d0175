// Each role at each address: nothing on the console, no refusal of the box shown as a fault. What one
// may never do is said in words or not offered.
import { check, settled, travel, world } from './page.mjs';
import { screens } from './screens.mjs';

export const tests = {};
// Who may be where, by the words and not by the code of the screens.
const OFFICE = ['operators', 'sign-ins', 'audit'];
const OWNER = ['settings', 'setup', 'api', 'tokens'];
const NEVER = {
  manager: OWNER,
  cashier: [...OFFICE, ...OWNER, 'holders', 'reports', 'reports growth', 'reports plans'],
  technician: [...OFFICE, ...OWNER, 'reports', 'reports growth', 'reports plans'],
  viewer: [...OFFICE, ...OWNER, 'holders'],
};
const RESELLER = ['home', 'plans', 'account', 'more', 'no such page'];
const REFUSED = 'Your role may not do this';

for (const role of ['manager', 'cashier', 'technician', 'viewer', 'reseller'])
  tests[`P57 every screen as a ${role}`] = async ({ open }) => {
    const page = await open('/', { role, phone: role !== 'viewer' });
    const wrong = [];
    for (const [name, path] of Object.entries(screens(world))) {
      if (name === 'home' || name === 'no such page') continue;
      const never = role === 'reseller' ? !RESELLER.includes(name) : NEVER[role].includes(name);
      await travel(page, path, () =>
        never ? page.waitForSelector(`text=${REFUSED}`) : settled(page, role !== 'reseller'));
      if (never) continue;
      if (await page.locator(`text=${REFUSED}`).count()) wrong.push(`${name} is refused`);
      if (await page.locator('.note.bad[role=alert]').count()) wrong.push(`${name} shows trouble`);
    }
    check(wrong.length === 0, wrong.join('\n'));
  };

tests['P57 what a role may never do is not offered'] = async ({ open }) => {
  const offers = {
    viewer: { Collect: 0, More: 0, 'Add a line': 0 },
    technician: { Collect: 0, More: 1, 'Add a line': 0 },
    cashier: { Collect: 1, More: 1, 'Add a line': 1 },
  };
  for (const [role, wanted] of Object.entries(offers)) {
    const page = await open(`/app/subscribers/${world.people[3].id}`, { role });
    await settled(page);
    for (const [text, count] of Object.entries(wanted)) {
      const found = await page.locator(`main button:has-text("${text}")`).count();
      check(found === count, `${role}: ${found} times "${text}"`);
    }
    await travel(page, '/app/subscribers');
    const adds = await page.locator('button:has-text("New customer")').count();
    check(adds === (role === 'cashier' ? 1 : 0), `${role} and new customers: ${adds}`);
  }
};
