import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { keys } from '../api';
import { changesOf } from '../api/changes';
import { camera } from '../cameras/fixtures';
import { renderPage } from '../test/render';
import { json, serve } from '../test/server';
import { EventNotices } from './EventNotices';
import { entry } from './fixtures';
import type { EventEntry } from './types';

afterEach(() => notifications.clean());

function show(eventNotices?: string, at = '/live') {
  serve({ 'GET /cameras': () => json({ items: [camera('yard'), camera('hall')], next: null }) });
  // Where the app has them: beside the routes.
  render(
    <MantineProvider env="test">
      <Notifications />
    </MantineProvider>,
  );
  const { client, router } = renderPage(<EventNotices />, { path: at, routes: at === '/events' ? [] : [{ path: '/events', element: <p>the events</p> }], data: [[keys.preferences, { eventNotices }], [keys.cameras, [camera('yard'), camera('hall')]]] });
  const changes = changesOf(client) as unknown as { take(message: { event: string; data: string }): void };
  const tell = (event: EventEntry, change = 'new') =>
    act(() => changes.take({ event: 'event', data: JSON.stringify({ change, event }) }));
  return Object.assign(tell, { router });
}

describe('EventNotices', () => {
  it('says once what was recognised, with a way there', async () => {
    const tell = show();
    tell(entry('a'));
    tell(entry('b'));
    expect(await screen.findByRole('link', { name: /Person.*Yard/ })).toHaveAttribute('href', '/events?event=a');
    expect(screen.getAllByRole('link')).toHaveLength(1);
    tell(entry('c', { cameraId: 'hall' }));
    expect(await screen.findByRole('link', { name: /Person.*Hall/ })).toBeVisible();
    await userEvent.click(screen.getByRole('link', { name: /Hall/ }));
    expect(tell.router.state.location.pathname + tell.router.state.location.search).toBe('/events?event=c');
  });

  it('says nothing of motion, nor of what goes on, unless that is wanted', () => {
    const tell = show();
    tell(entry('a', { type: 'motion', label: 'motion' }));
    tell(entry('b'), 'update');
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('says motion to who wants it', async () => {
    const tell = show('all');
    tell(entry('a', { type: 'motion', label: 'motion' }));
    expect(await screen.findByRole('link', { name: /Motion.*Yard/ })).toBeVisible();
  });

  it('is silent where it is switched off, and among the events themselves', () => {
    show('off')(entry('a'));
    show(undefined, '/events')(entry('b'));
    expect(screen.queryByRole('link')).toBeNull();
  });
});
