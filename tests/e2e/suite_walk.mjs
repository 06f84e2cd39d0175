// All screens: no sideways scroll at 360 px, no axe finding in both colours and languages, and a
// picture of each for a person to look at.
import { mkdirSync } from 'node:fs';
import { screens } from './screens.mjs';

const PICTURES = new URL('results/', import.meta.url).pathname;
export const tests = {};
const world = JSON.parse(process.env.MNARA_WORLD);

for (const [name, path] of Object.entries(screens(world)))
  for (const [dark, language] of [[false, 'en'], [true, 'sw']])
    for (const phone of [true, false])
      tests[`P31 P43 screen ${name}, ${phone ? 'phone' : 'desktop'}, ${dark ? 'dark' : 'light'}, ${language}`] =
        async ({ open, settled, axeFindings, check }) => {
          const page = await open(path, { phone, dark, language });
          await settled(page);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          check(over <= 0, `${over} px wider than the screen`);
          check(!(await page.locator('.note.bad[role=alert]').count()), 'the screen shows trouble');
          mkdirSync(PICTURES, { recursive: true });
          await page.screenshot({
            path: `${PICTURES}${name}-${phone ? 'phone' : 'desktop'}-${language}.png`,
            fullPage: true,
          });
          const findings = await axeFindings(page);
          check(findings.length === 0, findings.join('\n'));
        };

tests['screen sign-in without a session, both languages'] = async ({ open, axeFindings, check }) => {
  for (const language of ['en', 'sw']) {
    const page = await open('/', { role: null, language, mayFail: /401/ });
    await page.waitForSelector('input[name=password]');
    const findings = await axeFindings(page);
    check(findings.length === 0, findings.join('\n'));
  }
};
