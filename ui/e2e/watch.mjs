/**
 * What it takes to watch in a real browser, for the benchmark.
 *
 *   node watch.mjs delay <JSON: {executable, root, username, password, camera, seconds}>
 *   node watch.mjs tiles <JSON: {executable, root, username, password, count}>
 *
 * `delay` prints how long pictures took from the camera, which writes into each when it was sent, to the page and to
 * the screen. `tiles` prints a line once so many cameras move on the live page, and watches until its input ends.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chromium } from 'playwright-core';

const PATIENCE = 60_000;
/** The player comes near to the newest picture in the first seconds. */
const SETTLING = 10_000;

const [mode, json] = process.argv.slice(2);
const { executable, root, username, password, camera, seconds, count } = JSON.parse(json);
const browser = await chromium.launch({
  executablePath: executable,
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio'],
});
const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB' });
page.setDefaultTimeout(PATIENCE);
await page.addInitScript(noteArrivals);
try {
  await page.goto(root);
  await page.getByLabel(/^Username/).fill(username);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/live');
  console.log(JSON.stringify(await { delay, tiles }[mode]()));
  if (mode === 'tiles') await once(process.stdin.resume(), 'end');
} finally {
  await browser.close();
}

async function delay() {
  await page.goto(`${root}/cameras/${camera}/live`);
  const video = page.getByRole('main').locator('video[aria-label]').first();
  await video.waitFor();
  await page.waitForFunction(() => globalThis.arrivals.pictures > 0);
  const measured = await video.evaluate(watch, { settling: SETTLING, millis: seconds * 1000 });
  assert.ok(measured.toScreen.length > 0, 'pictures were shown');
  const { toPage, toScreen, ...rest } = measured;
  return { pictures: toScreen.length, ...figures('cameraToPage', toPage), ...figures('cameraToScreen', toScreen), ...rest };
}

async function tiles() {
  const start = Date.now();
  let moving = 0;
  while (moving < count) {
    assert.ok(Date.now() - start < PATIENCE, `only ${moving} of ${count} move`);
    await new Promise((wake) => setTimeout(wake, 250));
    moving = await page.locator('video[aria-label]').evaluateAll((all) => all.filter((it) => it.currentTime > 1).length);
  }
  return { moving };
}

function figures(name, millis) {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (percent) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] * 10) / 10;
  return { [`${name}P50Millis`]: at(50), [`${name}P95Millis`]: at(95) };
}

// In the page

/** Of each picture that a player takes: its place on the time line, when it was sent, and how long that took. */
function noteArrivals() {
  const arrivals = { pictures: 0, sentAt: new Map(), millis: [] };
  globalThis.arrivals = arrivals;
  const timescales = new WeakMap();
  const append = SourceBuffer.prototype.appendBuffer;
  SourceBuffer.prototype.appendBuffer = function (bytes) {
    note(this, new DataView(bytes.buffer ?? bytes));
    return append.call(this, bytes);
  };

  function note(buffer, view) {
    const now = performance.timeOrigin + performance.now();
    let track = 0;
    let kind = 0;
    let ticks = 0;
    for (const { type, start, end } of boxes(view, 0, view.byteLength)) {
      const long = start < end && view.getUint8(start) === 1;
      if (type === 'mdhd') {
        kind = view.getUint32(start + (long ? 20 : 12));
      } else if (type === 'hdlr' && view.getUint32(start + 8) === 0x76696465) {
        timescales.set(buffer, kind);
      } else if (type === 'tfhd') {
        track = view.getUint32(start + 4);
      } else if (type === 'tfdt') {
        ticks = long ? Number(view.getBigUint64(start + 4)) : view.getUint32(start + 4);
      } else if (type === 'mdat' && track > 0) {
        const sent = mark(new Uint8Array(view.buffer, start, end - start));
        if (sent !== undefined) {
          const at = ticks / timescales.get(buffer) + buffer.timestampOffset;
          arrivals.sentAt.set(Math.round(at * 1000), sent);
          arrivals.millis.push(now - sent);
          arrivals.pictures++;
        }
      }
    }
  }

  /** What a simulated camera wrote: its name, the picture's number, and when it was sent, in microseconds. */
  function mark(bytes) {
    const found = /Vigil frame mark\S+ \d+ (\d+)\n/.exec(new TextDecoder('latin1').decode(bytes.subarray(0, 400)));
    return found ? Number(found[1]) / 1000 : undefined;
  }

  function* boxes(view, from, to) {
    for (let at = from; at + 8 <= to; ) {
      const size = view.getUint32(at);
      const type = String.fromCharCode(...new Uint8Array(view.buffer, at + 4, 4));
      yield { type, start: at + 8, end: at + size };
      if (['moov', 'trak', 'mdia', 'moof', 'traf'].includes(type)) yield* boxes(view, at + 8, at + size);
      at += size;
    }
  }
}

/** Follows what a video shows for a while. */
function watch(video, { settling, millis }) {
  const { arrivals } = globalThis;
  return new Promise((done) => {
    let toScreen = [];
    let waits = 0;
    let end = Infinity;
    const waiting = () => waits++;
    const shown = (_, { mediaTime, expectedDisplayTime }) => {
      const key = Math.round(mediaTime * 1000);
      const sent = [key, key - 1, key + 1].map((it) => arrivals.sentAt.get(it)).find((it) => it !== undefined);
      if (sent !== undefined) toScreen.push(performance.timeOrigin + expectedDisplayTime - sent);
      if (performance.now() < end) video.requestVideoFrameCallback(shown);
      else {
        const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
        done({
          toPage: arrivals.millis,
          toScreen,
          stoodStill: waits,
          droppedByBrowser: droppedVideoFrames - dropped,
          decoded: totalVideoFrames - total,
        });
      }
    };
    let dropped = 0;
    let total = 0;
    video.requestVideoFrameCallback(shown);
    setTimeout(() => {
      toScreen = [];
      arrivals.millis = [];
      const quality = video.getVideoPlaybackQuality();
      dropped = quality.droppedVideoFrames;
      total = quality.totalVideoFrames;
      video.addEventListener('waiting', waiting);
      end = performance.now() + millis;
    }, settling);
  });
}
