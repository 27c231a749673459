import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import CamerasPage from './CamerasPage';
import { camera, offline, rtsp, streaming } from './fixtures';

const all = [camera('barn', { labels: ['outdoor'] }), camera('garden', { labels: ['outdoor'] }), camera('hall', { enabled: false })];
const answers = {
  'GET /cameras': () => json({ items: all, next: null }),
  'GET /drivers': () => json({ items: [rtsp], next: null }),
  'GET /cameras/barn/status': () => json(offline),
  'GET /cameras/garden/status': () => json(streaming),
  'GET /cameras/hall/status': () => json({ ...offline, state: 'disabled', cause: null }),
};

afterEach(() => vi.unstubAllGlobals());

describe('CamerasPage', () => {
  it('says of each camera what it is and how it is, in words', async () => {
    serve(answers);
    renderPage(<CamerasPage />, { path: '/cameras' });
    const row = (await screen.findByRole('link', { name: 'Garden' })).closest('tr') as HTMLElement;
    await within(row).findByText('Live');
    expect(within(row).getByText('H.264 · 640×360 · 25 fps')).toBeVisible();
    expect(within(row).getByText('Recording')).toBeVisible();
    expect(within(row).getByText('RTSP')).toBeVisible();
    expect(screen.getByText('no answer from 192.0.2.1:554')).toBeVisible();
    expect(screen.getByText('3 cameras, 1 live')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('finds cameras by text', async () => {
    serve(answers);
    const { router } = renderPage(<CamerasPage />, { path: '/cameras' });
    await userEvent.type(await screen.findByRole('textbox', { name: 'Search cameras' }), 'barn');
    expect(screen.queryByRole('link', { name: 'Garden' })).toBeNull();
    expect(screen.getByRole('link', { name: 'Barn' })).toBeVisible();
    expect(router.state.location.search).toBe('?q=barn');
  });

  it('switches several off at once, asking for each, and says if one did not want to', async () => {
    const asked = serve({
      ...answers,
      'PATCH /cameras/barn': () => json({ ...all[0], enabled: false }),
      'PATCH /cameras/garden': () => json({ title: 'Not available now', status: 503, detail: 'The store is away.' }, 503),
    });
    renderPage(<CamerasPage />, { path: '/cameras' });
    await userEvent.click(await screen.findByRole('checkbox', { name: 'Select all shown cameras' }));
    await userEvent.click(screen.getByRole('button', { name: 'Switch off' }));
    await waitFor(() => expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(2));
    // The one that was off already is left alone.
    expect(asked.filter(({ method }) => method === 'PATCH').map(({ path, body }) => [path, body])).toEqual([
      ['/cameras/barn', { enabled: false }],
      ['/cameras/garden', { enabled: false }],
    ]);
  });

  it('deletes only what was typed out', async () => {
    const asked = serve({ ...answers, 'DELETE /cameras/barn': () => json(undefined, 204) });
    renderPage(<CamerasPage />, { path: '/cameras' });
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for Barn' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete…' }));
    const dialog = await screen.findByRole('dialog');
    const button = within(dialog).getByRole('button', { name: 'Delete camera' });
    expect(button).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'Barn');
    await userEvent.click(button);
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Barn' })).toBeNull());
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  it('invites to add the first camera, and offers nothing to change to those who may not', async () => {
    serve({ ...answers, 'GET /cameras': () => json({ items: [], next: null }) });
    const { unmount } = renderPage(<CamerasPage />, { path: '/cameras' });
    expect(await screen.findByRole('button', { name: 'Add camera' })).toBeVisible();
    unmount();
    const asked = serve(answers);
    renderPage(<CamerasPage />, { path: '/cameras', session: { username: 'eve', role: 'viewer', cameras: null } });
    await screen.findByRole('link', { name: 'Barn' });
    expect(screen.queryByRole('button', { name: 'Add camera' })).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(asked.some(({ path }) => path === '/drivers')).toBe(false);
  });
});
