import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';

import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import PlaybackPage from './PlaybackPage';

const cameras = [
  { id: 'yard', name: 'Back yard' },
  { id: 'door', name: 'Front door' },
];
/** What is loaded only when it is wanted may take its time on a busy machine. */
const LOADED = { timeout: 20_000 };
const AT = '2026-10-22T12:00:00.000Z';
const status = { state: 'streaming', streams: [], recording: { state: 'recording', durableThrough: AT } };
const ledger = { spans: [{ from: '2026-10-22T11:00:00Z', to: AT, bytes: 9, stream: 'main' }], gaps: [] };

let asked: ReturnType<typeof serve>;

beforeAll(() => {
  // jsdom has video elements, but nothing that plays.
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(() => undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'load').mockImplementation(() => undefined);
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});

beforeEach(() => {
  asked = serve({
    'GET /cameras': () => json({ items: cameras, next: null }),
    'GET /cameras/yard/recordings': () => json(ledger),
    'GET /cameras/door/recordings': () => json(ledger),
    'GET /cameras/yard/status': () => json(status),
    'GET /cameras/door/status': () => json(status),
    'GET /cameras/yard/days': () => json({ items: [{ day: '2026-10-21', recordedSeconds: 60 }] }),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const open = (search: string, role: 'admin' | 'viewer' = 'admin') =>
  renderPage(<PlaybackPage />, {
    path: '/playback',
    at: `/playback?${search}`,
    session: { username: 'anna', role, cameras: null },
  });

it('shows the cameras and the time of the address', async () => {
  open(`cameras=door&at=${AT}&zoom=600`);
  expect(await screen.findByLabelText('Front door')).toBeInstanceOf(HTMLVideoElement);
  expect(screen.queryByLabelText('Back yard')).toBeNull();
  const slider = screen.getByRole('slider', { name: 'Timeline of recordings' });
  expect(slider).toHaveAttribute('aria-valuenow', String(Date.parse(AT)));
  expect(Number(slider.getAttribute('aria-valuemax')) - Number(slider.getAttribute('aria-valuemin'))).toBe(600_000);
  await waitFor(() => {
    expect(asked.some((it) => it.path.startsWith('/cameras/door/recordings'))).toBe(true);
  });
});

it('comes near to what began only now, unless somebody asked for a time', async () => {
  const from = Date.now() - 40_000;
  const young = { from: new Date(from).toISOString(), to: new Date().toISOString(), bytes: 9, stream: 'main' };
  asked = serve({
    'GET /cameras': () => json({ items: cameras, next: null }),
    'GET /cameras/yard/recordings': () => json({ spans: [young], gaps: [] }),
    'GET /cameras/yard/status': () => json(status),
  });
  open('cameras=yard');
  const slider = await screen.findByRole('slider', { name: 'Timeline of recordings' });
  await waitFor(() => {
    expect(Number(slider.getAttribute('aria-valuemax')) - Number(slider.getAttribute('aria-valuemin'))).toBeLessThan(600_000);
    expect(Number(slider.getAttribute('aria-valuenow'))).toBeGreaterThan(from - 1000);
  }, LOADED);
});

it('has nothing that axe would say something about', async () => {
  open(`cameras=yard,door&at=${AT}`);
  await screen.findByLabelText('Back yard');
  expect(await violations()).toEqual([]);
});

it('writes where somebody went into the address, so that Back returns', async () => {
  const { router } = open(`cameras=yard&at=${AT}&zoom=600`);
  const slider = await screen.findByRole('slider', { name: 'Timeline of recordings' });
  fireEvent.keyDown(slider, { key: 'ArrowLeft' });
  await waitFor(() => {
    expect(router.state.location.search).toContain('at=2026-10-22T11:59:50.000Z');
  });
});

it('marks days that have recordings in the calendar', async () => {
  open(`cameras=yard&at=${AT}`);
  fireEvent.click(await screen.findByRole('button', { name: /^Go to a day and time/ }));
  expect(await screen.findByRole('button', { name: '2026-10-21, with recordings' }, LOADED)).toBeVisible();
});

it('offers exports to those who may export', async () => {
  open(`cameras=yard&at=${AT}`);
  fireEvent.click(await screen.findByRole('button', { name: 'Export…' }));
  expect(await screen.findByRole('dialog', { name: 'Export' }, LOADED)).toBeVisible();
});

it('offers no exports to viewers', async () => {
  open(`cameras=yard&at=${AT}`, 'viewer');
  await screen.findByLabelText('Back yard');
  expect(screen.queryByRole('button', { name: 'Export…' })).toBeNull();
});
