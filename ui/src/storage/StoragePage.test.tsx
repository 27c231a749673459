import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Volume } from '../api';
import { camera } from '../cameras/fixtures';
// Fetched late by the page; here at once.
import '../cameras/SchemaForm';
import { renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import StoragePage from './StoragePage';
import { forecastOf, partsOf } from './volumes';

afterEach(() => vi.unstubAllGlobals());

const volume: Volume = {
  id: 'main',
  backend: 'file',
  location: '/srv/recordings',
  state: 'online',
  cause: null,
  totalBytes: 1_000_000_000_000,
  freeBytes: 400_000_000_000,
  recordedBytes: 500_000_000_000,
  segments: 1200,
  reservedBytes: null,
  bytesPerDay: null,
  fullAt: null,
  oldest: null,
};
const folder = {
  id: 'file',
  name: 'Folder',
  description: '',
  capabilities: [],
  schema: { type: 'object', properties: { path: { type: 'string', title: 'Path' } }, required: ['path'] },
};

function show(answers: Record<string, Answer> = {}, volumes: Volume[] = [volume]) {
  const asked = serve({
    'GET /volumes': () => json({ items: volumes, next: null }),
    'GET /cameras': () => json({ items: [camera('garden')], next: null }),
    'GET /storage-backends': () => json({ items: [folder], next: null }),
    ...answers,
  });
  renderPage(
    <main>
      <StoragePage />
    </main>,
    { path: '/storage' },
  );
  return asked;
}

describe('what fills a volume', () => {
  it('adds up to its size', () => {
    expect(partsOf({ ...volume, reservedBytes: 50_000_000_000 })).toEqual([
      { kind: 'recordings', bytes: 500_000_000_000 },
      { kind: 'other', bytes: 100_000_000_000 },
      { kind: 'free', bytes: 350_000_000_000 },
      { kind: 'reserved', bytes: 50_000_000_000 },
    ]);
  });

  it('keeps adding up where figures are from different moments', () => {
    const parts = partsOf({ ...volume, recordedBytes: 700_000_000_000, reservedBytes: 500_000_000_000 });
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1_000_000_000_000);
  });

  it('is not known of a volume that is away', () => {
    expect(partsOf({ ...volume, totalBytes: null, freeBytes: null })).toEqual([]);
  });
});

describe('the forecast', () => {
  it('is the day it is full, if the server names one', () => {
    expect(forecastOf({ ...volume, fullAt: '2026-12-04T00:00:00Z' }, [])).toEqual({
      kind: 'full',
      at: new Date('2026-12-04T00:00:00Z'),
    });
  });

  it('is otherwise when the longest retention reaches the oldest footage', () => {
    const kept = camera('a', { recording: { retention: { continuousDays: 10, eventDays: 30, maxBytes: null, minDays: 14 } } });
    expect(forecastOf({ ...volume, oldest: '2026-11-01T00:00:00Z' }, [camera('b'), kept])).toEqual({
      kind: 'age',
      at: new Date('2026-11-15T00:00:00Z'),
    });
  });

  it('is nothing where nothing is known', () => {
    expect(forecastOf(volume, [camera('b')])).toEqual({ kind: 'unknown' });
  });
});

describe('StoragePage', () => {
  it('shows volumes, what fills them and each camera, and nothing the server does not tell', async () => {
    show();
    expect(await screen.findByRole('img', { name: /500 GB recordings, 100 GB other files, 400 GB free/ })).toBeVisible();
    expect(await screen.findByText('7 days')).toBeVisible();
    expect(screen.queryByRole('columnheader', { name: 'Per day' })).toBeNull();
    expect(screen.queryByText(/^Full/)).toBeNull();
    // The only volume cannot be removed.
    expect(screen.queryByRole('button', { name: 'Actions for volume main' })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('shows what each camera takes, also of one that was removed', async () => {
    show({
      'GET /storage/usage': () =>
        json({
          items: [
            { camera: 'garden', bytes: 3_000_000_000, oldest: '2026-11-20T00:00:00Z', newest: null, bytesPerDay: 1_500_000_000 },
            { camera: 'gone', bytes: 1_000_000_000, oldest: null, newest: null, bytesPerDay: 0 },
          ],
          next: null,
        }),
    });
    const row = (await screen.findByText('gone (removed camera)')).closest('tr') as HTMLElement;
    expect(within(row).getByText('1 GB')).toBeVisible();
    expect(screen.getByText('4 GB of footage in all.')).toBeVisible();
  });

  it('changes how long a camera is kept, in place', async () => {
    const asked = show({ 'PATCH /cameras/garden': ({ body }) => json({ ...camera('garden'), recording: { ...camera('garden').recording, ...(body as { recording: object }).recording } }) });
    await userEvent.click(await screen.findByRole('button', { name: 'Change how long Garden is kept' }));
    const field = await screen.findByLabelText('Keep recordings for');
    await userEvent.clear(field);
    await userEvent.type(field, '3');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('3 days')).toBeVisible();
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
      recording: { retention: { continuousDays: 3 } },
    });
  });

  it('adds a volume from the schema of its kind', async () => {
    let good = false;
    const asked = show({
      'POST /volumes': () =>
        good
          ? json(volume, 201)
          : json({ status: 422, title: 'Invalid content', errors: [{ pointer: '/settings/path', detail: 'is not empty' }] }, 422),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Add volume' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a volume' });
    await userEvent.type(await within(dialog).findByLabelText(/^Path/), '/mnt/b');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add volume' }));
    expect(await within(dialog).findByText('is not empty')).toBeVisible();
    expect(await violations()).toEqual([]);
    good = true;
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add volume' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked.findLast(({ method }) => method === 'POST')?.body).toEqual({ backend: 'file', settings: { path: '/mnt/b' } });
  });

  it('removes a volume with footage only when it is to be forgotten and its name is typed', async () => {
    const asked = show({ 'DELETE /volumes/old': () => json(undefined, 204) }, [volume, { ...volume, id: 'old' }]);
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for volume old' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Remove…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Forget this footage' }));
    const button = within(dialog).getByRole('button', { name: 'Remove volume' });
    expect(button).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'old');
    await userEvent.click(button);
    await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.path).toBe('/volumes/old?forget=true'));
  });
});
