import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { keys } from '../api';
import { changesOf } from '../api/changes';
import { renderPage } from '../test/render';
import { json, serve } from '../test/server';
import { entry } from './fixtures';
import { useUnreviewed } from './news';
import type { EventEntry } from './types';

function Count() {
  return <p>{`unreviewed: ${useUnreviewed()}`}</p>;
}

function show(items: EventEntry[], { next = null, notices }: { next?: string | null; notices?: string } = {}) {
  const asked = serve({ 'GET /events': ({ path }) => json(path.includes('type=external') ? { items: [], next: null } : { items, next }) });
  const { client } = renderPage(<Count />, { path: '/', data: [[keys.preferences, { eventNotices: notices }]] });
  const changes = changesOf(client) as unknown as { take(message: { event: string; data: string }): void };
  const tell = (change: string, event: Partial<EventEntry>) =>
    act(() => changes.take({ event: 'event', data: JSON.stringify({ change, event }) }));
  return { asked, tell };
}

describe('the count of what is to be reviewed', () => {
  it('is kept up with what the server tells', async () => {
    const { tell } = show([entry('a'), entry('b')]);
    expect(await screen.findByText('unreviewed: 2')).toBeVisible();
    tell('new', entry('c'));
    tell('new', entry('d', { type: 'motion', label: 'motion' }));
    expect(await screen.findByText('unreviewed: 3')).toBeVisible();
    tell('update', entry('a', { reviewed: true }));
    tell('delete', { id: 'b', cameraId: 'yard' });
    expect(await screen.findByText('unreviewed: 1')).toBeVisible();
  });

  it('asks for motion only where it is wanted', async () => {
    const { asked } = show([entry('a')]);
    expect(await screen.findByText('unreviewed: 1')).toBeVisible();
    expect(asked.map(({ path }) => path).filter((path) => !/type=(object|external)/.test(path))).toEqual([]);
  });

  it('counts motion for who wants it', async () => {
    const { tell } = show([], { notices: 'all' });
    expect(await screen.findByText('unreviewed: 0')).toBeVisible();
    await act(() => Promise.resolve());
    tell('new', entry('d', { type: 'motion', label: 'motion' }));
    expect(await screen.findByText('unreviewed: 1')).toBeVisible();
  });

  it('calls more than a page many', async () => {
    show([entry('a')], { next: 'cursor' });
    expect(await screen.findByText('unreviewed: Infinity')).toBeVisible();
  });
});
