import { Notifications } from '@mantine/notifications';
import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, expect, it, vi } from 'vitest';
import { changesOf } from '../api/changes';
import { keys } from '../api/queries';
import type { Session, View } from '../api/types';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import LivePage from './LivePage';

beforeAll(() => {
  // jsdom has video elements, but nothing that plays.
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(() => undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'load').mockImplementation(() => undefined);
});

/** Busy machines are slow. */
const PATIENT = { timeout: 20_000 };
const camera = (id: string, labels: string[] = [], enabled = true) => ({ id, name: `The ${id}`, driver: 'rtsp', labels, enabled });
const cameras = [camera('door', ['outdoor']), camera('yard', ['outdoor']), camera('hall')];
const view: View = { id: 'v1', name: 'Night', shared: false, owner: 'admin', layout: { columns: 2, tiles: [{ camera: 'hall' }, { camera: 'door' }] } };
const streaming = { state: 'streaming', since: '2026-11-22T12:00:00Z', streams: [], recording: { state: 'recording' } };
const failing = {
  state: 'backoff',
  since: '2026-11-22T12:00:00Z',
  cause: 'no route to host',
  streams: [],
  recording: { state: 'failed', cause: 'the disk is full' },
};

function show(at = '/live', { session, all = cameras }: { session?: Session; all?: object[] } = {}) {
  const page = (
    <>
      <LivePage />
      <Notifications />
    </>
  );
  return renderPage(page, {
    path: '/live/:view?',
    at,
    ...(session ? { session } : {}),
    data: [
      [keys.cameras, all],
      [keys.views, [view]],
      [keys.status('door'), streaming],
      [keys.status('yard'), failing],
      [keys.status('hall'), streaming],
    ],
  });
}

const tiles = () => screen.getAllByRole('listitem').map((tile) => tile.querySelector('video')?.getAttribute('aria-label'));

it('shows every camera, named, with what is wrong, and nothing that axe objects to', async () => {
  serve({});
  show();
  expect(tiles()).toEqual(['The door', 'The yard', 'The hall']);
  const yard = screen.getAllByRole('listitem')[1] as HTMLElement;
  expect(within(yard).getByText('Not recording')).toHaveAttribute('title', 'the disk is full');
  expect(within(screen.getAllByRole('listitem')[0] as HTMLElement).getByText('REC')).toBeVisible();
  expect(await violations()).toEqual([]);
});

it('does not claim to know what goes on while the connection is lost', async () => {
  serve({});
  const { client } = show();
  expect(screen.getAllByText('REC').length).toBeGreaterThan(0);
  const changes = changesOf(client);
  act(() => changes.start());
  await waitFor(() => expect(changes.connection()).toBe('lost'));
  // Who draws later than the first connection was made follows it.
  cleanup();
  show();
  expect(screen.queryByText('REC')).toBeNull();
  expect(screen.queryByText('Not recording')).toBeNull();
  changes.stop();
});

it('offers to add the first camera to who may', () => {
  serve({});
  show('/live', { all: [] });
  expect(screen.getByRole('link', { name: 'Add camera' })).toHaveAttribute('href', '/cameras/new');
});

it('does not offer it to others', () => {
  serve({});
  show('/live', { all: [], session: { username: 'guest', role: 'viewer', cameras: [] } });
  expect(screen.queryByRole('link', { name: 'Add camera' })).toBeNull();
  expect(screen.getByText('No cameras yet')).toBeVisible();
});

it('shows a group, and a saved view in its order', () => {
  serve({});
  const group = show('/live?group=outdoor');
  expect(tiles()).toEqual(['The door', 'The yard']);
  group.unmount();
  show('/live/v1');
  expect(tiles()).toEqual(['The hall', 'The door']);
});

it('says that a view is gone', () => {
  serve({});
  show('/live/gone');
  expect(screen.getByText('This view does not exist any more')).toBeVisible();
});

it('goes about, enlarges and comes back by keyboard', async () => {
  serve({});
  show();
  const user = userEvent.setup();
  await user.keyboard('{ArrowRight}{ArrowRight}');
  expect(screen.getByRole('button', { name: 'Enlarge The yard' })).toHaveFocus();
  await user.keyboard('{Enter}');
  expect(screen.queryByRole('button', { name: 'Enlarge The yard' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Back to all cameras' })).toBeVisible();
  expect(await violations()).toEqual([]);
  await user.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: 'Enlarge The yard' })).toHaveFocus();
  await user.keyboard('3');
  expect(screen.queryByRole('button', { name: 'Enlarge The hall' })).toBeNull();
});

it('saves what was arranged, by buttons alone', async () => {
  const asked = serve({ 'POST /views': ({ body }) => json({ ...(body as View), id: 'v2', owner: 'admin' }, 201), 'GET /views': () => json({ items: [view] }) });
  const { router } = show();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Arrange' }));
  await user.click(screen.getByRole('button', { name: 'Move The hall forward' }));
  await user.click(screen.getByRole('button', { name: 'Take The door out of the view' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Stream of The yard' }), 'main');
  await user.click(screen.getByRole('button', { name: 'Make The yard larger' }));
  screen.getByRole('button', { name: /^Size of The yard: 2 × 2/ }).focus();
  await user.keyboard('{ArrowDown}');
  expect(await violations()).toEqual([]);

  await user.click(screen.getByRole('button', { name: 'Save view' }));
  expect(screen.getByText('A view needs a name')).toBeVisible();
  expect(asked.some((it) => it.method === 'POST')).toBe(false);

  await user.type(screen.getByRole('textbox', { name: 'Name of the view' }), 'Day');
  await user.click(screen.getByRole('button', { name: 'Save view' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/live/v2'), PATIENT);
  expect(asked.find((it) => it.method === 'POST')?.body).toEqual({
    name: 'Day',
    shared: false,
    layout: { columns: 0, tiles: [{ camera: 'hall' }, { camera: 'yard', stream: 'main', columns: 2, rows: 3 }] },
  });
});

it('changes a view of one’s own in place', async () => {
  const asked = serve({ 'PUT /views/v1': ({ body }) => json({ ...(body as View), id: 'v1', owner: 'admin' }), 'GET /views': () => json({ items: [view] }) });
  show('/live/v1');
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Arrange' }));
  await user.click(screen.getByRole('button', { name: 'Move The hall back' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(asked.find((it) => it.method === 'PUT')?.body).toMatchObject({ name: 'Night', layout: { columns: 2, tiles: [{ camera: 'door' }, { camera: 'hall' }] } }), PATIENT);
});

it('takes the deletion of a view back', async () => {
  const asked = serve({
    'DELETE /views/v1': () => new Response(null, { status: 204 }),
    'POST /views': ({ body }) => json({ ...(body as View), id: 'v2', owner: 'admin' }, 201),
    'GET /views': () => json({ items: [view] }),
  });
  const { router } = show('/live/v1');
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Arrange' }));
  await user.click(screen.getByRole('button', { name: 'Delete view' }));
  await waitFor(() => expect(router.state.location.pathname).toBe('/live'), PATIENT);
  await user.click(await screen.findByText('Undo', {}, PATIENT));
  await waitFor(() => expect(router.state.location.pathname).toBe('/live/v2'), PATIENT);
  expect(asked.find((it) => it.method === 'POST')?.body).toEqual({ name: view.name, shared: view.shared, layout: view.layout });
});
