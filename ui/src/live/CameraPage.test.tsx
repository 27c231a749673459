import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, expect, it, vi } from 'vitest';
import { keys } from '../api/queries';
import type { Session } from '../api/types';
import { admin, renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import CameraPage from './CameraPage';

/** Busy machines are slow. */
const PATIENT = { timeout: 20_000 };
const status = {
  state: 'streaming',
  since: '2026-11-22T12:00:00Z',
  cause: null,
  streams: [
    {
      role: 'main',
      codec: 'hvc1.1.6.L93.B0',
      widthPx: 1920,
      heightPx: 1080,
      frameRate: 25,
      bitrateBps: 4_000_000,
      accessUnits: { received: 1234, recorded: 1200, lost: 3 },
    },
  ],
  recording: { state: 'recording', durableThrough: '2026-11-22T12:34:56Z', cause: null },
};

beforeAll(() => {
  // jsdom has video elements, but nothing that plays.
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(() => undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'load').mockImplementation(() => undefined);
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});

function show(at = '/cameras/door/live', session: Session = admin) {
  return renderPage(<CameraPage />, {
    path: '/cameras/:id/live',
    at,
    session,
    data: [
      [keys.cameras, [{ id: 'door', name: 'Front door', driver: 'rtsp', labels: [], enabled: true, recording: { mode: 'continuous' } }]],
      [keys.status('door'), status],
    ],
  });
}

const answers = { 'GET /cameras/door/recordings': () => json({ spans: [], gaps: [] }) };

it('shows the picture, its timeline and how the camera is, and nothing that axe objects to', async () => {
  serve(answers);
  show();
  expect(screen.getByRole('heading', { name: 'Front door', level: 1 })).toBeVisible();
  expect(document.querySelector('video')).toHaveAttribute('aria-label', 'Front door');
  expect(screen.getByRole('slider', { name: /Timeline/ })).toBeInTheDocument();
  const panel = screen.getByRole('complementary', { name: 'Status' });
  expect(within(panel).getByText('H.265')).toBeVisible();
  expect(within(panel).getByText('1920 × 1080')).toBeVisible();
  expect(within(panel).getByText('4 Mbit/s')).toBeVisible();
  expect(within(panel).getByText('3')).toBeVisible();
  expect(await violations()).toEqual([]);
});

it('goes back half a minute in the recording where memory does not reach so far, and comes back to live', async () => {
  serve(answers);
  show();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Back 30 s' }));
  expect(await screen.findByText(/^\d+s behind/, undefined, PATIENT)).toBeVisible();
  expect(document.querySelectorAll('video').length).toBe(2);
  expect(await violations()).toEqual([]);
  await user.keyboard('l');
  await waitFor(() => expect(screen.queryByText(/behind/)).toBeNull(), PATIENT);
  expect(document.querySelectorAll('video').length).toBe(1);
});

it('keeps the last five minutes with one press', async () => {
  const asked = serve({ ...answers, 'POST /cameras/door/exports': ({ body }) => json({ ...(body as object), id: 'e1', state: 'running' }, 201) });
  show();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Export last 5 minutes' }));
  await waitFor(() => expect(asked.some((it) => it.method === 'POST')).toBe(true), PATIENT);
  const body = asked.find((it) => it.method === 'POST')?.body as { from: string; to: string; name: string };
  expect(Date.parse(body.to) - Date.parse(body.from)).toBe(300_000);
  expect(body.name).toBe('Front door, last 5 minutes');
});

it('offers viewers neither export nor settings', () => {
  serve(answers);
  show('/cameras/door/live', { username: 'guest', role: 'viewer', cameras: null });
  expect(screen.queryByRole('button', { name: 'Export last 5 minutes' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Settings' })).toBeNull();
  expect(screen.getByRole('link', { name: 'Playback' })).toBeVisible();
});

it('says that a camera is not there', () => {
  serve(answers);
  show('/cameras/gone/live');
  expect(screen.getByText('This camera does not exist')).toBeVisible();
  expect(screen.getByRole('link', { name: 'All cameras' })).toHaveAttribute('href', '/live');
});
