/**
 * A person at the page, from the first start on; in three parts: between the first two a camera comes before which
 * something moves, and after the second one the first camera's plug is pulled.
 *
 *   node journey.mjs begin|review|goOn <JSON: {root, setup?, camera, scratch, screenshots?, border?, gap?}>
 *
 * Ends with 0 if all was as it should be. What was seen last lies in the scratch folder otherwise.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { descriptor, tinyModel } from './tinyModel.mjs';

const USER = 'admin';
const PASSWORD = 'correct horse battery';
const CAMERA = 'Hall';
/** For a machine that has much else to do. */
const PATIENCE = 60_000;
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

/** What the page waits for, but for what goes on for ever. */
const asked = new Set();
page.on('request', (request) => {
  if (!/\/(changes|stream|debug|live)\b/.test(request.url())) asked.add(request);
});
for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => asked.delete(request));

try {
  await { begin, review, goOn }[part]();
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

/** Something moves before a camera: it is looked for, the detector is tuned, and what it finds is seen to. */
async function review() {
  step('a detector by the form');
  await signIn('/cameras/yard?tab=detection');
  await page.getByRole('button', { name: 'Add detector' }).click();
  await page.getByRole('menuitem', { name: /^Motion/ }).click();
  await field('Ends after').fill('1');
  const saved = answered('PATCH', '/cameras/yard');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await saved;
  const [bound] = (await get('/cameras/yard')).detectors;
  assert.deepEqual([bound.id, bound.settings.offDelaySeconds], ['motion', 1]);
  const tune = page.getByRole('link', { name: 'Tune' });
  await tune.waitFor();
  await page.getByText('Looking', { exact: true }).waitFor();
  await judge('camera-detection');

  step('tune it');
  await tune.click();
  await page.getByAltText('What the detector looks at').waitFor();
  const measured = (name) => page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=../dd').innerText();
  const least = Number.parseFloat(await measured('Least area'));
  const effective = await measured('Sensitivity in effect');
  const slider = page.getByRole('slider', { name: 'Sensitivity', exact: true });
  const tuned = answered('PATCH', '/cameras/yard');
  for (let i = 0; i < 10; i++) await slider.press('ArrowRight');
  await tuned;
  await poll('the new sensitivity at work', async () => (await measured('Sensitivity in effect')) !== effective);
  await poll('more sensitive, so smaller things count', async () => Number.parseFloat(await measured('Least area')) < least);
  await poll('it saved', async () => (await get('/cameras/yard')).detectors[0].settings.sensitivity === 0.6);
  await page.getByText('Something is on').waitFor();
  await page.getByRole('region', { name: 'What it found' }).getByText('Counts', { exact: true }).first().waitFor();
  // What differs is drawn over the picture.
  await page.locator('[style*="mask-image"]').waitFor({ state: 'attached' });
  await judge('tuner');

  step('events come by themselves');
  await page.getByRole('navigation').first().getByRole('link', { name: 'Events', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
  const cards = page.locator('li[data-event]');
  await page.evaluate(() => (globalThis.stayed = true));
  const before = await cards.count();
  await poll('a new event', async () => (await cards.count()) > before);
  const over = cards.filter({ hasNotText: 'Now' });
  await poll('some that are over', async () => (await over.count()) >= 3);
  assert.ok(await page.evaluate(() => globalThis.stayed), 'without a reload');
  const [first, second, third] = (await over.evaluateAll((all) => all.map((it) => it.dataset.event))).reverse();

  step('why it is one');
  await open(first);
  const detail = page.getByRole('complementary', { name: 'Event', exact: true });
  const why = detail.getByRole('region', { name: 'Why this is an event' });
  await why.getByText(/% of the picture/).first().waitFor();
  await why.getByText('Found by the detector motion.').waitFor();
  // Those out of sight are fetched only when somebody comes to them.
  await page.waitForFunction(() => [...document.querySelectorAll('aside img')].every((it) => it.naturalWidth > 0));
  await judge('events');
  await comesToLife(second);

  step('see to it by keyboard');
  const reviewed = notice('Marked reviewed').waitFor();
  await page.keyboard.press('r');
  await Promise.all([card(first).waitFor({ state: 'detached' }), reviewed]);
  await poll('it is reviewed', async () => (await get(`/events/${first}`)).reviewed);

  step('keep several, and take it back');
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('u');
  await card(first).waitFor();
  // By keyboard: what comes meanwhile moves the cards away from under the pointer.
  for (const id of [second, third]) await card(id).getByRole('checkbox').press('Space');
  const several = page.getByRole('toolbar', { name: 'Selected events' });
  await several.getByText('2 selected').waitFor();
  await several.getByRole('button', { name: 'Keep' }).click();
  const retained = async () => [(await get(`/events/${second}`)).retained, (await get(`/events/${third}`)).retained];
  const kept = notice('2 events and their footage are kept');
  await kept.waitFor();
  assert.deepEqual(await retained(), [true, true]);
  await kept.getByRole('button', { name: 'Undo' }).click();
  await poll('they are not kept', async () => !(await retained()).some(Boolean));

  step('delete, take it back, and delete');
  await open(third);
  await page.keyboard.press('Delete');
  await card(third).waitFor({ state: 'detached' });
  await notice('Event deleted').getByRole('button', { name: 'Undo' }).click();
  await card(third).waitFor();
  assert.equal((await get(`/events/${third}`)).id, third);
  await open(third);
  await page.keyboard.press('Delete');
  await card(third).waitFor({ state: 'detached' });

  step('marks on the timeline');
  await open(second);
  const { startedAt, endedAt } = await get(`/events/${second}`);
  await detail.getByRole('link', { name: 'Show in the recording' }).click();
  await page.waitForURL('**/playback?cameras=yard*');
  await motionAt((Date.parse(startedAt) + Date.parse(endedAt)) / 2);
  // Whoever left the page meant it, and is offered no way back any more.
  await notice('Event deleted').waitFor({ state: 'detached' });
  await poll('the event is gone for good', async () => (await get(`/events/${third}`)).status === 404);
  assert.equal((await get('/events?camera=yard&limit=100')).items.some(({ id }) => id === third), false);

  step('a model');
  await page.getByRole('navigation').first().getByRole('link', { name: 'Plugins', exact: true }).click();
  await page.getByRole('button', { name: 'Add model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a model' });
  const file = { name: 'colours.onnx', mimeType: 'application/octet-stream', buffer: tinyModel() };
  await dialog.locator('input[type=file]').setInputFiles(file);
  await dialog.getByLabel('Descriptor').fill(JSON.stringify(descriptor, null, 2));
  await judge('model-form');
  await dialog.getByRole('button', { name: 'Install' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = page.getByRole('row', { name: /^Colours/ });
  await row.getByText('Ready').waitFor();
  await row.scrollIntoViewIfNeeded();
  await judge('models');
  await row.getByRole('button', { name: 'Remove Colours' }).click();
  await page.getByRole('dialog', { name: 'Remove Colours?' }).getByRole('button', { name: 'Remove', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  assert.equal((await get('/models')).items.some(({ id }) => id === descriptor.id), false);
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
  for (const name of [CAMERA, 'Yard', 'Gate', 'Office']) await moves(page.locator(`video[aria-label="${name}"]`));
  // Chromium has no decoder for what this one sends.
  await page.getByText('Converted').waitFor();
  await judge('live');

  step('a view of one\'s own, and again after a reload');
  await page.getByRole('button', { name: 'Arrange', exact: true }).click();
  const arranging = page.getByRole('form', { name: 'Arrange the view' });
  await arranging.getByLabel('Name of the view').fill('Indoors');
  for (const name of ['Yard', 'Gate']) await page.getByRole('button', { name: `Take ${name} out of the view` }).click();
  await arranging.getByRole('button', { name: 'Save view' }).click();
  await page.waitForURL('**/live/*');
  await arranging.waitFor({ state: 'detached' });
  await page.reload();
  for (const name of [CAMERA, 'Office']) await moves(page.locator(`video[aria-label="${name}"]`));
  assert.equal(await page.getByRole('combobox', { name: 'What is shown' }).inputValue(), 'Indoors');
  assert.equal(await page.locator('video[aria-label]').count(), 2);

  step('sound');
  await page.goto(`${root}/cameras/office/live`);
  const office = page.getByRole('main').locator('video[aria-label="Office"]');
  await moves(office);
  await office.hover();
  await page.getByRole('button', { name: 'Turn sound on: Office' }).click();
  const heard = () => office.evaluate((it) => (it.muted ? -1 : it.webkitAudioDecodedByteCount));
  await poll('sound', async () => (await heard()) >= 0);
  const bytes = await heard();
  await poll('more sound', async () => (await heard()) > bytes);
  await moves(office);

  step('playback over a border of segments');
  await playAt(new Date(border).getTime() - 4000);
  await reaches(new Date(border).getTime() + 2000);
  await judge('playback');

  step('playback in a hurry');
  await playAt(new Date(border).getTime() - 20_000);
  const speed = page.getByLabel('Speed');
  await speed.selectOption('16');
  assert.equal(await speed.inputValue(), '16');
  // Who is near to now by then goes on at the speed of time.
  await reaches(new Date(border).getTime());

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
    await poll('all that the page asks for', () => asked.size === 0);
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

async function signIn(path) {
  await page.goto(root + path);
  await field('Username').fill(USER);
  await field('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** What the API says, or with which status it refuses. */
function get(path) {
  return page.evaluate(async (address) => {
    const answer = await fetch(`/api/v1${address}`);
    return answer.ok ? answer.json() : { status: answer.status };
  }, path);
}

function answered(method, path) {
  return page.waitForResponse((answer) => answer.request().method() === method && answer.url().endsWith(path) && answer.ok());
}

function card(event) {
  return page.locator(`li[data-event="${event}"]`);
}

function notice(text) {
  return page.getByRole('alert').filter({ hasText: text });
}

async function open(event) {
  await card(event).getByRole('button').click();
  await page.locator(`li[data-event="${event}"][data-current]`).waitFor();
  await page.getByRole('complementary', { name: 'Event', exact: true }).waitFor();
}

/** Under the pointer, which is put there again and again: new cards come before it. */
async function comesToLife(event) {
  let before = Infinity;
  await poll('a moving clip', async () => {
    await card(event).hover();
    const [now = Infinity] = await card(event).locator('video').evaluateAll((all) => all.map((it) => it.currentTime));
    const moved = now !== Infinity && now > before;
    before = now;
    return moved;
  });
}

/** The pointer on the timeline is told of motion there, and it is painted. */
async function motionAt(time) {
  const slider = page.getByRole('slider', { name: 'Timeline' });
  await slider.waitFor();
  const column = () =>
    slider.evaluate((it, at) => {
      const [from, to] = [Number(it.ariaValueMin), Number(it.ariaValueMax)];
      return Math.round(((at - from) / (to - from)) * it.clientWidth);
    }, time);
  await poll('motion on the timeline', async () => {
    const x = await column();
    await slider.hover({ position: { x, y: 45 } });
    return slider.getByText('Motion').isVisible();
  });
  // Beside the line under the pointer.
  const painted = slider.locator('canvas').evaluate((it, x) => {
    const probe = it.parentElement.appendChild(document.createElement('span'));
    probe.style.color = 'var(--timeline-motion)';
    const motion = getComputedStyle(probe).color;
    probe.remove();
    const { data } = it.getContext('2d').getImageData(x * Math.max(1, devicePixelRatio), 0, 1, it.height);
    const colours = Array.from({ length: it.height }, (_, y) => `rgb(${data.slice(4 * y, 4 * y + 3).join(', ')})`);
    return { motion, colours };
  }, (await column()) + 3);
  const { motion, colours } = await painted;
  assert.ok(colours.includes(motion), `${motion} on the timeline: ${[...new Set(colours)].join('; ')}`);
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

/** A picture for the documentation if that is wanted; axe has nothing to say. */
async function judge(name) {
  await settled();
  if (screenshots) {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
  await page.evaluate(AXE);
  // What begins to fade meanwhile is looked at again.
  let seen = await violations();
  for (let i = 0; i < 2 && seen.length > 0; i++) {
    await settled();
    seen = await violations();
  }
  for (const { id, nodes } of seen) {
    barriers.push(`${name}: ${id}: ${nodes.map((it) => it.target.join(' ')).join('; ')}`);
  }
}

/** Fading is not finished at once, and half-faded colours have no contrast. */
function settled() {
  return page.evaluate((patience) => {
    const ends = document.getAnimations().filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.race([
      Promise.all(ends.map((it) => it.finished.catch(() => {}))).then(() => {}),
      new Promise((wake) => setTimeout(wake, patience)),
    ]);
  }, 5000);
}

function violations() {
  return page.evaluate(
    (rules) => globalThis.axe.run(document, { runOnly: rules }).then((result) => result.violations),
    RULES,
  );
}

function step(name) {
  console.log(`${new Date().toISOString()} ${part}: ${name}`);
}
