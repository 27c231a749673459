/**
 * Pictures of pages for the documentation, of a running Vigil whose cameras see real things:
 *
 *   node pictures.mjs <folder> <root> <user> <password> <camera with detectors>
 *
 * The rest of the pictures is made by the journey through the pages, `journey.mjs`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [folder, root, user, password, camera] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', locale: 'en-GB' });
page.setDefaultTimeout(180_000);
try {
  await page.goto(`${root}/events`);
  await page.getByLabel(/^Username/).fill(user);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  const seen = page.locator('li[data-event]:not([data-kind="motion"])').filter({ hasNotText: 'Now' });
  await seen.first().getByRole('button').click();
  await page.getByRole('complementary', { name: 'Event', exact: true }).getByRole('region').first().waitFor();
  await shoot('events');

  const query = new URLSearchParams({ camera, type: 'object', limit: '20' });
  const { items } = await page.evaluate((address) => fetch(address).then((it) => it.json()), `/api/v1/events?${query}`);
  const [event] = items.filter(({ endedAt }) => endedAt !== null);
  const middle = new Date((Date.parse(event.startedAt) + Date.parse(event.endedAt)) / 2).toISOString();
  await page.goto(`${root}/playback?cameras=${camera}&at=${middle}&zoom=300`);
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some((it) => it.readyState >= 2));
  await shoot('playback');

  await page.goto(`${root}/cameras/${camera}?tab=detection`);
  await page.getByText('Looking', { exact: true }).first().waitFor();
  await shoot('camera-detection');

  await page.goto(`${root}/cameras/${camera}/tune/motion`);
  await page.getByText('Something is on').waitFor();
  await page.locator('[style*="mask-image"]').waitFor({ state: 'attached' });
  await shoot('tuner');

  await page.goto(`${root}/cameras/${camera}/live`);
  await page.waitForFunction(() => [...document.querySelectorAll('video')].some((it) => it.currentTime > 2));
  await poll(async () => {
    const { items: now } = await page.evaluate((address) => fetch(address).then((it) => it.json()), `/api/v1/events?${query}`);
    const since = now.filter(({ endedAt }) => endedAt === null).map(({ startedAt }) => Date.now() - Date.parse(startedAt));
    return since.some((millis) => millis > 4000 && millis < 8000);
  });
  await shoot('camera');
} finally {
  await browser.close();
}

async function poll(condition) {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 500));
}

/** Once all pictures in sight are there and nothing fades any more. */
async function shoot(name) {
  await page.waitForFunction(() => [...document.images].every((it) => it.complete || it.getBoundingClientRect().top > innerHeight));
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
