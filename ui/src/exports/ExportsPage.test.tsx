import { Notifications, notifications } from '@mantine/notifications';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { KeptExport } from '../api';
import { keys } from '../api/queries';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import ExportDialog from './ExportDialog';
import ExportsPage from './ExportsPage';

const kept = (id: string, name: string, state: KeptExport['state'], more: Partial<KeptExport> = {}): KeptExport => ({
  id,
  camera: 'yard',
  name,
  from: '2026-10-22T12:00:00.000Z',
  to: '2026-10-22T12:01:00.000Z',
  state,
  progress: 1,
  bytes: 2_400_000,
  cause: null,
  createdAt: '2026-10-22T13:00:00.000Z',
  ...more,
});

let asked: ReturnType<typeof serve>;
const problem = { title: 'Invalid', status: 422, detail: 'the camera’s format changed' };

beforeEach(() => {
  asked = serve({
    'GET /cameras': () => json({ items: [{ id: 'yard', name: 'Back yard' }] }),
    'GET /exports': () =>
      json({
        items: [
          kept('1', 'Parcel', 'ready'),
          kept('2', 'Cat', 'running', { progress: 0.4 }),
          kept('3', 'Storm', 'failed', { cause: 'it could not be read or written' }),
        ],
      }),
    'DELETE /exports/1': () => json(undefined, 204),
    'DELETE /exports/2': () => json(undefined, 204),
    'GET /cameras/yard/recordings': () =>
      json({ spans: [{ from: '2026-10-22T12:00:00Z', to: '2026-10-22T12:01:00Z', bytes: 6_000_000 }], gaps: [] }),
    'POST /cameras/yard/exports': () => json(kept('4', 'Fox', 'running'), 201),
    'GET /cameras/yard/export.mp4': () => json(problem, 422),
  });
});
afterEach(() => {
  notifications.clean();
  vi.unstubAllGlobals();
});

it('lists what there is, with its state in words', async () => {
  renderPage(<ExportsPage />);
  expect(await screen.findByRole('button', { name: 'Play Parcel' })).toBeEnabled();
  expect(screen.getByRole('button', { name: 'Play Cat' })).toBeDisabled();
  expect(screen.getByText('40%')).toBeVisible();
  expect(screen.getByText('It failed: it could not be read or written')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Download Parcel' })).toHaveAttribute('href', '/api/v1/exports/1/file');
  expect(await violations()).toEqual([]);
});

it('shows progress as it is told', async () => {
  const { client } = renderPage(<ExportsPage />);
  await screen.findByText('40%');
  client.setQueryData<KeptExport[]>(keys.exports, (all) =>
    all?.map((it) => (it.id === '2' ? { ...it, progress: 0.75 } : it)),
  );
  expect(await screen.findByText('75%')).toBeVisible();
});

it('asks before it deletes, and then does', async () => {
  renderPage(<ExportsPage />);
  fireEvent.click(await screen.findByRole('button', { name: 'Delete Parcel' }));
  const dialog = await screen.findByRole('dialog', { name: 'Delete this export?' });
  expect(asked.some((it) => it.method === 'DELETE')).toBe(false);
  fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await waitFor(() => {
    expect(screen.queryByRole('button', { name: 'Play Parcel' })).toBeNull();
  });
  expect(asked.filter((it) => it.method === 'DELETE').map((it) => it.path)).toEqual(['/exports/1']);
});

it('cancels one that runs, and says so', async () => {
  renderPage(
    <>
      <Notifications />
      <ExportsPage />
    </>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Cancel Cat' }));
  const dialog = await screen.findByRole('dialog', { name: 'Cancel this export?' });
  expect(within(dialog).getByRole('button', { name: 'Go on exporting' })).toBeVisible();
  fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel the export' }));
  expect(await screen.findByText('“Cat” is cancelled')).toBeVisible();
  expect(screen.queryByText('40%')).toBeNull();
  expect(asked.filter((it) => it.method === 'DELETE').map((it) => it.path)).toEqual(['/exports/2']);
});

it('finds by words', async () => {
  renderPage(<ExportsPage />);
  fireEvent.change(await screen.findByRole('textbox', { name: 'Search by name or camera' }), { target: { value: 'yard sto' } });
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
  expect(screen.getByText('Storm')).toBeVisible();
});

it('is not for viewers', async () => {
  renderPage(<ExportsPage />, { session: { username: 'vic', role: 'viewer', cameras: null } });
  expect(await screen.findByText('Not for this account')).toBeVisible();
});

const dialog = () =>
  renderPage(
    <ExportDialog
      cameras={[{ id: 'yard', name: 'Back yard' }]}
      range={{ from: Date.parse('2026-10-22T12:00:00Z'), to: Date.parse('2026-10-22T12:00:30Z') }}
      onClose={() => undefined}
    />,
  );

it('says how large an export will be', async () => {
  dialog();
  expect(await screen.findByText(/About 3 MB/)).toBeVisible();
  expect(await violations()).toEqual([]);
});

it('keeps an export under its name', async () => {
  dialog();
  fireEvent.click(await screen.findByRole('radio', { name: /Keep in Vigil/ }));
  fireEvent.change(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'Fox' } });
  fireEvent.click(screen.getByRole('button', { name: 'Start' }));
  await waitFor(() => {
    expect(asked.find((it) => it.method === 'POST')?.body).toEqual({
      from: '2026-10-22T12:00:00.000Z',
      to: '2026-10-22T12:00:30.000Z',
      name: 'Fox',
    });
  });
});

it('says why a download cannot be', async () => {
  dialog();
  fireEvent.click(await screen.findByRole('button', { name: 'Download' }));
  expect(await screen.findByText('Back yard: the camera’s format changed')).toBeVisible();
});
