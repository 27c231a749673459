/**
 * Pictures of pages for the documentation, of a running Vigil whose cameras see real things:
 *
 *   node pictures.mjs <folder> <root> <user> <password> <camera with detectors>
 *
 * Those of the first start, and of forms that are filled in, are made by the journey through the pages, `journey.mjs`.
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
let query;
try {
  await page.goto(`${root}/events`);
  await page.getByLabel(/^Username/).fill(user);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
  // Notices would lie on the pictures.
  await page.goto(`${root}/settings`);
  const kept = page.waitForResponse((it) => it.url().endsWith('/preferences') && it.request().method() === 'PUT');
  await page.getByRole('radio', { name: 'Nothing', exact: true }).click();
  await kept;
  await page.goto(`${root}/events`);

  const seen = page.locator('li[data-event]:not([data-kind="motion"])').filter({ hasNotText: 'Now' });
  await seen.first().getByRole('button').click();
  await page.getByRole('complementary', { name: 'Event', exact: true }).getByRole('region').first().waitFor();
  await shoot('events');

  query = new URLSearchParams({ camera, type: 'object', limit: '20' });
  const { items } = await page.evaluate((address) => fetch(address).then((it) => it.json()), `/api/v1/events?${query}`);
  const { items: cameras } = await page.evaluate(() => fetch('/api/v1/cameras').then((it) => it.json()));
  const all = cameras.map(({ id }) => id);
  const [event] = items.filter(({ endedAt }) => endedAt !== null);
  const middle = new Date((Date.parse(event.startedAt) + Date.parse(event.endedAt)) / 2).toISOString();
  await page.goto(`${root}/playback?cameras=${all.join(',')}&at=${middle}&zoom=300`);
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((it) => it.readyState >= 2));
  await shoot('playback');

  await page.goto(`${root}/cameras/${camera}?tab=detection`);
  await page.getByText('Looking', { exact: true }).first().waitFor();
  await shoot('camera-detection');

  await page.goto(`${root}/cameras/${camera}/tune/motion`);
  await page.getByText('Something is on').waitFor();
  await page.locator('[style*="mask-image"]').waitFor({ state: 'attached' });
  await shoot('tuner');

  await page.goto(`${root}/cameras/${camera}/live`);
  await moves();
  await appears();
  await shoot('camera');

  await page.goto(`${root}/live`);
  await moves();
  await appears();
  await shoot('live');

  await page.goto(`${root}/playback?cameras=${camera}&at=${middle}&zoom=300`);
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: 'Keep in Vigil' }).check();
  await dialog.getByLabel('Name', { exact: true }).fill('A visitor');
  await shoot('export');
  await dialog.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL('**/exports');
  await page.getByRole('button', { name: 'Play A visitor' }).click();
  await page.waitForFunction(() => (document.querySelector('[role=dialog] video')?.currentTime ?? 0) > 3);
  await shoot('export-film');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await shoot('exports');

  for (const [name, path] of Object.entries({
    cameras: '/cameras',
    'camera-edit': `/cameras/${camera}`,
    storage: '/storage',
    plugins: '/plugins',
    system: '/system',
    users: '/users',
    settings: '/settings',
    profile: '/profile',
  })) {
    await page.goto(root + path);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await shoot(name);
  }

  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${root}/live`);
  await moves();
  await shoot('live-light');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${root}/live`);
  await moves();
  await shoot('live-phone');
  await page.goto(`${root}/cameras`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await shoot('cameras-phone');
} finally {
  await browser.close();
}

/** All pictures that are shown move. */
async function moves() {
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll('video')];
    return all.length > 0 && all.every((it) => it.currentTime > 2);
  });
}

/** Until something that the camera sees has been there for some seconds. */
async function appears() {
  await poll(async () => {
    const { items: now } = await page.evaluate((address) => fetch(address).then((it) => it.json()), `/api/v1/events?${query}`);
    const since = now.filter(({ endedAt: end }) => end === null).map(({ startedAt }) => Date.now() - Date.parse(startedAt));
    return since.some((millis) => millis > 4000 && millis < 8000);
  });
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
