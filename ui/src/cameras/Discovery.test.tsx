import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { FoundCamera } from '../api';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import { Discovery } from './Discovery';
import { camera, rtsp } from './fixtures';

const found = (n: number): FoundCamera => ({
  name: `IPC ${n}`,
  driver: n === 3 ? 'acme' : 'rtsp',
  settings: { url: `rtsp://192.0.2.${n}/main` },
  address: `192.0.2.${n}`,
});

function show(items: FoundCamera[], failed: Record<string, string> = {}) {
  const yard = camera('yard', { settings: { url: 'rtsp://192.0.2.10/main' } });
  serve({
    'GET /cameras': () => json({ items: [yard], next: null }),
    'POST /cameras/discover': () => json({ items, next: null, finders: ['onvif'], failed }),
  });
  const used: string[] = [];
  renderPage(<Discovery drivers={[rtsp]} used={undefined} onUse={({ name }) => used.push(name)} />, { path: '/cameras/new' });
  return used;
}

it('leads to what is added already instead of adding it twice, and searches among many', async () => {
  const used = show(
    Array.from({ length: 12 }, (_, i) => found(i + 1)),
    { other: 'it did not answer in time' },
  );
  expect(await screen.findByRole('link', { name: 'Added as Yard' })).toHaveAttribute('href', '/cameras/yard');
  expect(screen.getByText(/12 cameras found\. One is added already\./)).toBeVisible();
  expect(screen.getByText('other could not search: it did not answer in time')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Choose IPC 3' })).toBeNull();
  const list = screen.getByRole('list', { name: 'In your network' });
  expect(within(list).getAllByRole('listitem').at(-1)).toHaveTextContent('IPC 10');
  expect(await violations()).toEqual([]);
  await userEvent.type(screen.getByRole('textbox', { name: 'Search what was found' }), 'ipc 12');
  expect(within(list).getAllByRole('listitem')).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'Choose IPC 12' }));
  expect(used).toEqual(['IPC 12']);
});

it('says what to do where nobody answers', async () => {
  show([]);
  expect(await screen.findByText(/No camera answered/)).toBeVisible();
  expect(screen.queryByRole('list')).toBeNull();
});
