// What the screens say where something is wrong, missing or far away, in both languages; and that
// nothing on a narrow phone is cut without a hint.
import { axeFindings, check, settled, world } from './page.mjs';

export const tests = {};

tests['what is not there says so, and leads to its list instead of asking again'] = async ({ open }) => {
  for (const [path, list] of [['subscribers', 'Customers'], ['payments', 'Payments'], ['places', 'Buildings']]) {
    const page = await open(`/app/${path}/999999`, { mayFail: /404/ });
    const note = page.locator('.note.bad[role=alert]').first();
    await note.waitFor();
    check((await page.locator('button:has-text("Try again")').count()) === 0, `${path}: it offers to try again`);
    check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
    await note.locator(`a:has-text("${list}")`).click();
    await page.waitForURL(`**/app/${path}`);
  }
  const page = await open('/app/nowhere');
  await page.waitForSelector('h1:has-text("There is no such page")');
  await page.click('main a:has-text("Home")');
  await page.waitForURL(`${world.url}/`);
};

tests['a setting that does not fit is refused in Swahili'] = async ({ open }) => {
  const page = await open('/app/settings', { language: 'sw', mayFail: /422/ });
  await settled(page);
  const till = page.getByLabel('Nambari ya till');
  const before = await till.inputValue();
  await till.fill('12a');
  await page.locator('form:has(label:text("Nambari ya till")) button.main').click();
  const wrong = page.locator('.wrong:has-text("tarakimu 5 hadi 8")');
  await wrong.waitFor();
  check(!/must|Nothing was changed/.test(await wrong.textContent()), 'it speaks English');
  await till.fill(before);
};

tests['an alert says in words what to do, and keeps the English of the box folded'] = async ({ open }) => {
  for (const language of ['en', 'sw']) {
    const page = await open('/app/alerts', { language });
    await settled(page);
    const rows = page.locator('main ul.rows > li');
    check((await rows.count()) > 0, 'no alert to read');
    for (const row of await rows.all()) {
      check((await row.locator('details').count()) === 1, `a kind without words: ${await row.textContent()}`);
      check(!(await row.locator('details p').isVisible()), 'the words of the box are unfolded');
    }
    check(!/\{\w+\}/.test(await page.locator('main').textContent()), 'a value is missing in the words');
    check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  }
};

tests['without any network a request of money says that nothing was sent'] = async ({ open }) => {
  const page = await open(`/app/subscribers/${world.people[9].id}`, { mayFail: /ERR_INTERNET_DISCONNECTED/ });
  await page.click('button:has-text("Collect payment")');
  await page.waitForSelector('dialog button:has-text("Send the prompt")');
  await page.context().setOffline(true);
  await page.waitForSelector('.live.offline:has-text("Offline")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog [role=alert]:has-text("nothing was sent")');
};

tests['the answer to a request of money gets lost: the page finds the request and does not ask for a second'] = async ({ open }) => {
  const page = await open(`/app/subscribers/${world.people[9].id}`, { mayFail: /ERR_FAILED/ });
  let sent = 0;
  await page.route(/\/collect$/, async (route) => {
    sent += 1;
    await route.fetch(); // the box did it
    await route.abort();
  });
  await page.click('button:has-text("Collect payment")');
  await page.click('dialog button:has-text("Send the prompt")');
  await page.waitForSelector('dialog .progress, dialog [role=alert]:has-text("look first")');
  check(sent === 1, `sent ${sent} times`);
};

tests['the tabs of a customer fit a narrow phone in both languages, the filters show their words'] = async ({ open }) => {
  for (const language of ['en', 'sw']) {
    const page = await open(`/app/subscribers/${world.people[0].id}`, { language });
    await settled(page);
    const over = await page.locator('.tabstrip').evaluate((strip) => strip.scrollWidth - strip.clientWidth);
    check(over <= 0, `${language}: the tabs are ${over} px wider than the phone`);
    await page.goto(`${world.url}/app/subscribers`);
    await settled(page);
    const narrow = await page.locator('.three select').evaluateAll((all) =>
      all.filter((one) => one.clientWidth < 150).length);
    check(narrow === 0, `${language}: ${narrow} filters are too narrow to be read`);
  }
};

tests['a new customer is written to in the language of the screen, unless another is chosen'] = async ({ open }) => {
  for (const [language, label, title] of [['en', 'Customer\u2019s language', 'New customer'], ['sw', 'Lugha ya mteja', 'Mteja mpya']]) {
    const page = await open('/app/subscribers', { language });
    await settled(page);
    await page.click(`.head button:has-text("${title}")`);
    const chosen = await page.locator('dialog').getByLabel(label).inputValue();
    check(chosen === language, `${language}: ${chosen} is chosen`);
  }
};

tests['the landlord\u2019s report on paper has the name of the ISP, the building and the month; its file has words'] = async ({ open }) => {
  const page = await open(`/app/places/${world.building}?tab=report`);
  await settled(page);
  await page.emulateMedia({ media: 'print' });
  const isp = await page.locator('.on-paper strong').textContent();
  check(isp.length > 0 && (await page.locator('.on-paper').isVisible()), 'the ISP is not named');
  check(await page.locator('h1').isVisible(), 'the building is not named');
  check(/20\d\d/.test(await page.locator('.card-head h2').textContent()), 'the month is not named');
  check(!(await page.locator('a[download]').isVisible()), 'buttons are printed');
  const file = await fetch(`${world.url}/api/v1/buildings/${world.building}/report.csv?language=sw`, {
    headers: { Authorization: `Bearer ${world.token}` },
  });
  const text = await file.text();
  check(text.includes('Nyumba,Mteja,Akaunti') && text.includes('Jumla'), text);
};
