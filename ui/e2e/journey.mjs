/**
 * A person at the page, from the first start on; in two parts, between which the camera's plug is pulled.
 *
 *   node journey.mjs begin|goOn <JSON: {root, setup?, camera, scratch, screenshots?, border?, gap?}>
 *
 * Ends with 0 if all was as it should be. What was seen last lies in the scratch folder otherwise.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const USER = 'admin';
const PASSWORD = 'correct horse battery';
const CAMERA = 'Hall';
const PATIENCE = 30_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const [part, json] = process.argv.slice(2);
const { root, setup, camera, scratch, screenshots, border, gap, executable } = JSON.parse(json);

const browser = await chromium.launch({
  executablePath: executable,
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
});
const context = await browser.newContext({
  viewport: { width: 1440, height: 900 },
  colorScheme: 'dark',
  locale: 'en-GB',
  acceptDownloads: true,
});
context.setDefaultTimeout(PATIENCE);
const page = await context.newPage();
const complaints = [];
const barriers = [];
page.on('pageerror', (error) => complaints.push(`${error.message}\n${error.stack ?? ''}`));
page.on('console', (message) => {
  // Chromium itself reports answers such as 401, which the page expects.
  if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
    complaints.push(message.text());
  }
});

try {
  await (part === 'begin' ? begin() : goOn());
  assert.deepEqual(complaints, [], 'the console has nothing to say');
  assert.deepEqual(barriers, [], 'axe has nothing to say');
} catch (error) {
  mkdirSync(scratch, { recursive: true });
  await page.screenshot({ path: join(scratch, `${part}.png`) }).catch(() => {});
  console.error(`at ${page.url()}: ${error.stack ?? error}`);
  console.error(`the page complained of: ${complaints.join('\n') || 'nothing'}`);
  console.error(await page.locator('body').innerText().catch(() => ''));
  process.exitCode = 1;
} finally {
  await browser.close();
}

/** The first start: an account, the first camera by the form, and its picture moves. */
async function begin() {
  step('first start');
  await page.goto(setup);
  await field('Username').fill(USER);
  await field('Password').fill(PASSWORD);
  await judge('setup');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Where recordings go' }).waitFor();
  await judge('setup-storage');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('heading', { name: 'Add the first camera' }).waitFor();
  await judge('setup-camera');
  await page.getByRole('link', { name: 'Add camera' }).or(page.getByRole('button', { name: 'Add camera' })).first().click();

  step('a camera by the form');
  await addCamera(CAMERA, camera);
  await moves(page.getByRole('main').locator(`video[aria-label="${CAMERA}"]`));
  await judge('camera');
}

/** Some time later: sign in, watch, play across a border and a gap, export, leave. */
async function goOn() {
  step('sign-in');
  await page.goto(root);
  await field('Username').fill(USER);
  await field('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('do not match').waitFor();
  await judge('sign-in');
  await field('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();

  step('live');
  await page.waitForURL('**/live');
  for (const video of await page.locator('video').all()) await moves(video);
  await judge('live');

  step('playback over a border of segments');
  await playAt(new Date(border).getTime() - 4000);
  await reaches(new Date(border).getTime() + 2000);
  await judge('playback');

  step('playback over a gap');
  await playAt(new Date(gap.from).getTime() - 3000);
  await reaches(new Date(gap.to).getTime() + 2000);

  step('a kept export');
  await page.keyboard.press('k');
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: 'Keep in Vigil' }).check();
  await dialog.getByLabel('Name', { exact: true }).fill('Evidence');
  await judge('export');
  await dialog.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL('**/exports');
  await page.getByRole('button', { name: 'Play Evidence' }).click();
  await moves(page.getByRole('dialog').locator('video'));
  await judge('export-film');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await judge('exports');

  step('every page');
  for (const [name, path] of Object.entries({
    events: '/events',
    cameras: '/cameras',
    'camera-new': '/cameras/new',
    'camera-edit': '/cameras/hall',
    storage: '/storage',
    plugins: '/plugins',
    system: '/system',
    users: '/users',
    settings: '/settings',
    profile: '/profile',
  })) {
    await page.goto(root + path);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => {});
    await judge(name);
  }
  for (const name of ['Live', 'Playback', 'Events', 'Cameras', 'Storage', 'Plugins', 'System']) {
    await page.getByRole('navigation').first().getByRole('link', { name, exact: true }).click();
    await page.waitForURL(`**/${name.toLowerCase()}*`);
  }

  step('other looks');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${root}/live`);
  await moves(page.locator(`video[aria-label="${CAMERA}"]`));
  await judge('live-light');
  await page.setViewportSize({ width: 390, height: 844 });
  await judge('live-phone');
  await page.goto(`${root}/cameras`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await judge('cameras-phone');
  await page.setViewportSize({ width: 1440, height: 900 });

  step('sign out');
  await page.getByRole('button', { name: `Account of ${USER}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.goto(`${root}/playback`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
}

async function addCamera(name, { url, username, password }) {
  await page.waitForURL('**/cameras/new*');
  await field('Name').fill(name);
  // What the driver calls its settings is the driver's: ask it.
  const { items } = await page.evaluate(() => fetch('/api/v1/drivers').then((answer) => answer.json()));
  const titles = items.find((it) => it.id === 'rtsp').schema.properties;
  await field(titles.url.title).fill(url);
  await field(titles.username.title).fill(username);
  await field(titles.password.title).fill(password);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await page.getByText('The camera answers').waitFor();
  await judge('camera-form');
  await page.locator('button[type=submit]').click();
  await page.waitForURL('**/cameras/*/live');
}

/** By its label; one that must be filled in has an asterisk behind it. */
function field(label) {
  return page.getByLabel(new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}( \\*)?$`));
}

async function playAt(time) {
  await page.goto(`${root}/playback?cameras=hall&at=${new Date(time).toISOString()}&zoom=300`);
  const slider = page.getByRole('slider', { name: 'Timeline' });
  await slider.waitFor();
  assert.match(await slider.getAttribute('aria-valuetext'), /\d/);
  const video = page.locator(`video[aria-label="${CAMERA}"]`);
  await poll('a first picture', () => video.evaluate((it) => it.readyState >= 2));
  if (await video.evaluate((it) => it.paused)) {
    await page.keyboard.press('Space');
  }
}

/** The playhead goes there by itself, with pictures. */
async function reaches(time) {
  const slider = page.getByRole('slider', { name: 'Timeline' });
  await poll(`the time ${new Date(time).toISOString()}`, async () => {
    return Number(await slider.getAttribute('aria-valuenow')) >= time;
  });
  await moves(page.locator(`video[aria-label="${CAMERA}"]`));
}

/** Time goes on in it, and what it shows is another picture. */
async function moves(video) {
  await video.waitFor();
  const look = () =>
    video.evaluate((it) => {
      const canvas = document.createElement('canvas');
      canvas.width = 64;
      canvas.height = 36;
      const pen = canvas.getContext('2d');
      if (it.readyState < 2) return { time: -1, picture: '' };
      pen.drawImage(it, 0, 0, 64, 36);
      return { time: it.currentTime, picture: Array.from(pen.getImageData(0, 0, 64, 36).data).join() };
    });
  let first = { time: -1, picture: '' };
  await poll('a picture', async () => (first = await look()).time >= 0);
  await poll('another picture', async () => {
    const now = await look();
    return now.time > first.time && now.picture !== first.picture;
  });
}

async function poll(what, condition) {
  const deadline = Date.now() + PATIENCE;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** Axe has nothing to say; a picture for the documentation if that is wanted. */
async function judge(name) {
  // Fading is not finished at once, and half-faded colours have no contrast.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity).map((it) => it.finished.catch(() => {}))));
  await page.evaluate(AXE);
  const violations = await page.evaluate(
    (rules) => globalThis.axe.run(document, { runOnly: rules }).then((result) => result.violations),
    RULES,
  );
  for (const { id, nodes } of violations) {
    barriers.push(`${name}: ${id}: ${nodes.map((it) => it.target.join(' ')).join('; ')}`);
  }
  if (screenshots) {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}

function step(name) {
  console.log(`${new Date().toISOString()} ${part}: ${name}`);
}
