// Where people live: areas, buildings and units get other names, lie elsewhere, and are taken away
// where they are empty; each with the way back.
import { axeFindings, check, settled, today, world } from './page.mjs';

export const tests = {};

async function made(path, body) {
  const answer = await fetch(world.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${world.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  check(answer.ok, `${path}: ${await answer.clone().text()}`);
  return answer.json();
}
async function areas() {
  const headers = { Authorization: `Bearer ${world.token}` };
  return (await (await fetch(`${world.url}/api/v1/areas`, { headers })).json()).items;
}
const undo = (page, text) => page.click(`.toast:has-text("${text}") button:has-text("Undo")`);

tests['an area gets another name and another site, and both back'] = async ({ open }) => {
  const page = await open('/app/places', { role: 'cashier' });
  await settled(page);
  const [kilimani] = await areas();
  check((await page.locator('button:has-text("Change the area")').count()) === 0, 'which area is not said');
  await page.getByLabel('Area').selectOption({ label: 'Kilimani' });
  await page.click('button:has-text("Change the area")');
  const dialog = page.locator('dialog');
  await dialog.getByLabel('Area').fill('');
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('dialog .wrong');
  await dialog.getByLabel('Area').fill('Kilimani West');
  await dialog.getByLabel('Site').selectOption({ label: 'Rongai' });
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('main li:has-text("Umoja Court"):has-text("Kilimani West")');
  check((await areas())[0].site_id !== null, 'it is of no site still');
  await undo(page, 'Kilimani West');
  await page.waitForFunction(() => !document.querySelector('main').textContent.includes('Kilimani West'));
  check((await areas())[0].site_id === kilimani.site_id, 'its site did not come back');
};

tests['an empty area can be removed, one with a building cannot'] = async ({ open }) => {
  await made('/api/v1/areas', { name: 'Empty hill' });
  const page = await open('/app/places', { role: 'technician' });
  await settled(page);
  const remove = page.locator('button:has-text("Remove the area")');
  await page.getByLabel('Area').selectOption({ label: 'Kilimani' });
  await page.waitForSelector('button:has-text("Change the area")');
  check((await remove.count()) === 0, 'an area with a building is offered to be removed');
  await page.getByLabel('Area').selectOption({ label: 'Empty hill' });
  await remove.click();
  await page.waitForSelector('option:has-text("Empty hill")', { state: 'detached' });
  await undo(page, 'Empty hill');
  await remove.waitFor();
};

tests['a unit gets another name, not a neighbour\u2019s; an empty one goes and comes back'] = async ({ open }) => {
  const page = await open(`/app/places/${world.building}`, { role: 'cashier', mayFail: /409/ });
  await settled(page);
  const unit = (label) => page.locator('main ul.rows > li').filter({ has: page.locator(`.first:text-is("${label}")`) });
  const menu = async (label, text) => {
    await unit(label).locator('[popovertarget]').click();
    await page.click(`[popover]:popover-open button:has-text("${text}")`);
  };
  await menu('B2', 'Rename');
  const field = page.locator('dialog').getByLabel('Unit');
  await field.fill('A1');
  await page.click('dialog button:has-text("Save")');
  await page.waitForSelector('dialog .note.bad');
  check((await field.inputValue()) === 'A1', 'what was typed is lost');
  await field.fill('B2 roof');
  await page.click('dialog button:has-text("Save")');
  await unit('B2 roof').waitFor();
  await undo(page, 'B2 roof');
  await unit('B2').waitFor();
  await menu('B2', 'Remove');
  await unit('B2').waitFor({ state: 'detached' });
  await undo(page, 'B2');
  await unit('B2').waitFor();
  // Somebody lives there.
  await unit('A1').locator('[popovertarget]').click();
  await page.waitForSelector('[popover]:popover-open');
  check((await page.locator('[popover]:popover-open button:has-text("Remove")').count()) === 0, 'a home is offered to be removed');
};

tests['a building without units can be removed, and comes back as it was'] = async ({ open }) => {
  const [area] = await areas();
  const one = await made('/api/v1/buildings', { name: 'Baraka Flats', area_id: area.id, landlord_name: 'Mzee Baraka' });
  const page = await open(`/app/places/${one.id}`, { role: 'manager', phone: false });
  await settled(page);
  await page.click('button:has-text("Remove the building")');
  await page.waitForSelector('h1:has-text("Buildings")');
  await undo(page, 'Baraka Flats');
  await page.waitForSelector('h1:has-text("Baraka Flats")');
  await page.click('.head button:has-text("Change")');
  check((await page.locator('dialog').getByLabel('Landlord', { exact: true }).inputValue()) === 'Mzee Baraka', 'its landlord is lost');
};

tests['who moves house leaves the old home, since a day, and goes back; or keeps both'] = async ({ open }) => {
  const mary = await made('/api/v1/subscribers', { full_name: 'Mary Mwende', phone: '0712999001' });
  const house = await made('/api/v1/buildings', { name: 'Acacia Flats', area_id: (await areas())[0].id });
  for (const label of ['C1', 'C2', 'C3']) await made(`/api/v1/buildings/${house.id}/units`, { label });
  const page = await open(`/app/subscribers/${mary.id}?tab=homes`, { role: 'cashier' });
  await settled(page);
  const dialog = page.locator('dialog');
  const home = (label) => page.locator('main li').filter({ hasText: `Acacia Flats ${label}` });
  const moves = async (label) => {
    await page.click('main button:has-text("Moves into")');
    await dialog.getByLabel('Building').selectOption({ label: 'Acacia Flats' });
    await dialog.getByLabel('Unit').locator('option', { hasText: label }).waitFor({ state: 'attached' });
    await dialog.getByLabel('Unit').selectOption({ label });
  };
  const save = () => page.click('dialog button:has-text("Move in")');
  // Into the first one, a while ago.
  await page.click('main button:has-text("Moves into")');
  await save();
  await page.waitForSelector('dialog .wrong:has-text("Choose a unit")');
  check((await axeFindings(page)).length === 0, (await axeFindings(page)).join('\n'));
  await page.click('dialog button:has-text("Cancel")');
  await moves('C1');
  await dialog.getByLabel('Lives there since').fill('2026-11-01');
  await save();
  await home('C1').filter({ hasText: '1 Nov 2026 – now' }).waitFor();
  // Into the next: the tick stands at the home that is left.
  await moves('C2');
  check((await dialog.locator('option', { hasText: 'C1' }).count()) === 0, 'her own home is offered as an empty one');
  check(await dialog.getByLabel('Moves out of Acacia Flats C1').isChecked(), 'she would live in both');
  await dialog.getByLabel('Lives there since').fill('2026-10-31');
  await save();
  await page.waitForSelector('dialog .wrong:has-text("Moved into Acacia Flats C1 on 1 Nov 2026")');
  await dialog.getByLabel('Lives there since').fill(today());
  await save();
  await home('C2').filter({ hasText: '– now' }).waitFor();
  check((await home('C1').filter({ hasText: '– now' }).count()) === 0, 'she lives in both');
  await undo(page, 'Mary Mwende lives in Acacia Flats C2');
  await home('C1').filter({ hasText: '– now' }).waitFor();
  await home('C2').waitFor({ state: 'detached' });
  // As if nothing had been: one row, since the day it has had before.
  await home('C1').filter({ hasText: '1 Nov 2026 – now' }).waitFor();
  check((await home('C1').count()) === 1, 'the way back left a second row');
  // A flat and a shop; given at the building.
  await page.goto(`${world.url}/app/places/${house.id}`);
  await settled(page);
  await page.locator('main li').filter({ hasText: 'C3' }).locator('button:has-text("Move in")').click();
  await page.fill('dialog input[type=search]', 'Mary Mw');
  await page.click('dialog li button:has-text("Mary Mwende")');
  await dialog.getByLabel('Moves out of Acacia Flats C1').uncheck();
  await save();
  await page.waitForSelector('main li:has-text("C3"):has-text("Mary Mwende")');
  check((await page.locator('main li:has-text("C1"):has-text("Mary Mwende")').count()) === 1, 'the flat is gone');
};

tests['who may not change places is not offered it'] = async ({ open }) => {
  const page = await open(`/app/places/${world.building}`, { role: 'viewer' });
  await settled(page);
  check((await page.locator('main [popovertarget]').count()) === 0, 'a viewer is offered to rename a unit');
  await page.goto(`${world.url}/app/places`);
  await settled(page);
  await page.getByLabel('Area').selectOption({ index: 1 });
  await page.waitForURL(/area_id=/);
  check((await page.locator('button:has-text("area")').count()) === 0, 'a viewer is offered to change an area');
};
