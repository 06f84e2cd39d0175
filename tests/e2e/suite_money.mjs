// Where money came from and went, on every screen that shows it; and how many and how much a list has.
import { axeFindings, check, settled, today, world } from './page.mjs';

export const tests = {};
const person = (name) => world.people.find((one) => one.name.startsWith(name));

tests['a request names its customer and who asked, and leads to the story of its payment'] = async ({ open }) => {
  const one = person('Mwende'); // he was asked by the cashier before
  const page = await open('/app/payments?tab=attempts', { role: 'cashier', phone: false });
  await settled(page);
  const row = page.locator('main tbody tr').filter({ hasText: one.name }).first();
  check((await row.textContent()).includes('asked by Mercy Akinyi'), 'it does not say who asked');
  await row.locator('a:has-text("Paid")').click();
  await page.waitForSelector('main ol.steps:has-text("Mercy Akinyi asked")');
  const facts = await page.textContent('main dl.facts');
  for (const words of ['asked by Mercy Akinyi', `One day for ${one.username}, paid until`])
    check(facts.includes(words), `"${words}" is not told in ${facts}`);
  check(!facts.includes('Account typed'), 'nobody typed an account');
  check((await page.locator('main button:has-text("Take it back")').count()) === 0, 'it can be taken back');
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('main dl.facts button[aria-label="Copy"]');
  await page.waitForSelector('main dl.facts [role=status]:text("Copied.")', { state: 'attached' });
  await page.click('main dl.facts a:has-text("One day")');
  await page.waitForSelector(`h1:has-text("${one.name}")`);
};

tests['the wallet names the receipt and what was bought; the receipt opens its payment'] = async ({ open }) => {
  const one = person('Mwende');
  const page = await open(`/app/subscribers/${one.id}?tab=wallet`, { role: 'viewer' });
  const rows = page.locator('main ul.rows > li');
  await rows.filter({ hasText: `One day for ${one.username}, paid until` }).waitFor();
  await rows.locator('a').first().click();
  await page.waitForSelector('main ol.steps');
};

tests['a phone that the provider masks is written like any other'] = async ({ open }) => {
  const page = await open(`/app/payments/${world.payment}`);
  await settled(page);
  check((await page.textContent('main dl.facts')).includes('07** *** 111'), 'it is not');
};

tests['the payments of a day are added up'] = async ({ open }) => {
  const page = await open('/app/payments', { phone: false });
  await settled(page);
  await page.fill('input[type=date]', today());
  // The list and its sum come one after the other.
  await page.waitForFunction((day) => {
    const said = document.querySelector('main p.note').textContent.trim();
    const rows = document.querySelectorAll('main tbody tr').length;
    return said.startsWith(`${day} `) && said.includes(`payments: ${rows}.`) && said.includes('Paybill KES');
  }, Number(today().slice(8)));
  // A day that is none does not stay in the address, as if it were what is shown.
  await page.goto(`${world.url}/app/payments?day=2026-13-77`);
  await page.waitForURL((url) => url.search === '');
  await page.waitForFunction(() => document.querySelector('main p.note').textContent.includes('Today: '));
};

tests['customers are counted as they are filtered'] = async ({ open }) => {
  const page = await open('/app/subscribers', { phone: false });
  await settled(page);
  const all = await page.locator('main tbody tr').count();
  const agrees = (below) =>
    page.waitForFunction((below) => {
      const rows = document.querySelectorAll('main tbody tr').length;
      const said = document.querySelector('main .found [role=status]').textContent.trim();
      return rows < below && said === `Customers: ${rows}`;
    }, below);
  await agrees(all + 1);
  await page.selectOption('select >> nth=0', 'active');
  await agrees(all);
};

tests['who is online is found by a name and by an address'] = async ({ open }) => {
  const page = await open('/app/sessions', { role: 'technician' });
  await settled(page);
  const rows = page.locator('main ul.rows > li');
  const many = await rows.count();
  check(/With full access: \d+\. On the pay page: \d+\./.test(await page.textContent('main .counts')), 'nobody is counted');
  const box = page.locator('main input[type=search]');
  await box.fill('esther');
  await page.waitForURL(/search=esther/);
  await page.waitForSelector('main [role=status]:has-text("Found: 1.")');
  check((await rows.first().textContent()).includes('Esther Njoroge'), 'another is found');
  const address = /\d+\.\d+\.\d+\.\d+/.exec(await rows.first().textContent())[0];
  await box.fill(address);
  await page.waitForURL(/search=\d/);
  await settled(page);
  check((await rows.count()) === 1 && (await rows.first().textContent()).includes('Esther Njoroge'), 'not found by the address');
  await box.fill('nobody is called so');
  await page.click('main button:has-text("Show all")');
  await page.waitForFunction((many) => document.querySelectorAll('main ul.rows > li').length === many, many);
  check((await box.inputValue()) === '', 'what was typed is still there');
};

tests['login attempts name the customer, where he is one of ours'] = async ({ open }) => {
  const page = await open('/app/logins', { role: 'technician', phone: false });
  await settled(page);
  const rows = page.locator('main tbody tr');
  check((await rows.filter({ hasText: 'Daudi Wafula' }).filter({ hasText: 'daudi' }).count()) > 0, 'Daudi is not named');
  check((await rows.filter({ hasText: 'Not one of ours' }).count()) > 0, 'a stranger is not called one');
};
