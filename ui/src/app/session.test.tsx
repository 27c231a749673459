import { MantineProvider } from '@mantine/core';
import { defaultScheduler, notifyManager, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { changesOf } from '../api/changes';
import { api } from '../api/client';
import { keys } from '../api/queries';
import type { Session } from '../api/types';
import { speak } from '../i18n';
import { testClient, violations } from '../test/render';
import { type Answer, json, serve } from '../test/server';
import { NotFoundPage } from './NotFoundPage';
import { can } from './session';
import { SignedIn } from './SignedIn';
import { Shell } from './Shell';
import SetupPage from './SetupPage';
import SignInPage, { safeReturn } from './SignInPage';
import { theme } from './theme';

const user: Session = { username: 'ada', role: 'admin', cameras: null };
const signedIn = () => json({ user, csrfToken: 'token' });
const refused = () => json({ title: 'Not signed in', status: 401 }, 401);

const client = testClient();

/** The whole page without its pages. */
function open(at: string, answers: Record<string, Answer>) {
  const asked = serve({ 'GET /setup': () => json({ needed: false }), 'GET /sessions/current/preferences': () => json({}), ...answers });
  const router = createMemoryRouter(
    [
      { path: '/signin', element: <SignInPage /> },
      { path: '/setup', element: <SetupPage /> },
      {
        element: (
          <SignedIn>
            <Shell />
          </SignedIn>
        ),
        children: [
          { path: '/live', element: <h1>the pictures</h1> },
          { path: '/storage', element: <h1>the disks</h1> },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
    { initialEntries: [at] },
  );
  const rendered = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { ...rendered, asked, router };
}

afterEach(async () => {
  changesOf(client).stop();
  client.clear();
  await speak('en');
});

describe('signing in', () => {
  it('leads back to where somebody wanted to go', async () => {
    const { router, asked } = open('/storage?volume=a', {
      'GET /sessions/current': refused,
      'POST /sessions': () => json({ user, csrfToken: 'token' }, 201),
    });
    await userEvent.type(await screen.findByLabelText('Username'), 'ada');
    await userEvent.type(screen.getByLabelText('Password'), 'a good password');
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByText('the disks');
    expect(router.state.location).toMatchObject({ pathname: '/storage', search: '?volume=a' });
    expect(asked.find((it) => it.method === 'POST')?.body).toEqual({ username: 'ada', password: 'a good password' });
  });

  it('says when name and password do not match, and how long to wait', async () => {
    let answer = refused;
    open('/signin', { 'GET /sessions/current': refused, 'POST /sessions': () => answer() });
    await userEvent.type(await screen.findByLabelText('Username'), 'ada');
    await userEvent.type(screen.getByLabelText('Password'), 'wrong');
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('do not match');
    answer = () => json({ title: 'Too many', status: 429 }, 429, { 'Retry-After': '8' });
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.getByRole('alert')).toHaveTextContent('8 s'));
  });

  it('returns to no other site', () => {
    expect(safeReturn('/playback?at=1')).toBe('/playback?at=1');
    for (const evil of [null, 'https://evil.example', '//evil.example', '/\\evil.example', '/signin?to=/signin']) {
      expect(safeReturn(evil)).toBe('/live');
    }
  });

  it('is in the language that is chosen', async () => {
    open('/signin', { 'GET /sessions/current': refused });
    await screen.findByLabelText('Username');
    await act(() => speak('de'));
    expect(screen.getByLabelText('Benutzername')).toBeInTheDocument();
    expect(document.documentElement.lang).toBe('de');
  });
});

describe('a session', () => {
  it('that has ended asks to sign in again, and says why', async () => {
    const { router } = open('/storage', { 'GET /sessions/current': signedIn, 'GET /volumes': refused });
    await screen.findByText('the disks');
    await act(async () => {
      await api.get('/volumes').catch(() => undefined);
    });
    expect(await screen.findByText(/session has ended/)).toBeInTheDocument();
    expect(router.state.location.search).toBe('?to=%2Fstorage');
    expect(client.getQueryData(keys.session)).toBeNull();
  });

  it('says why also when sign-in is shown before anything else can happen', async () => {
    const { router } = open('/storage', { 'GET /sessions/current': signedIn, 'GET /volumes': refused });
    await screen.findByText('the disks');
    notifyManager.setScheduler((notify) => notify());
    try {
      await api.get('/volumes').catch(() => undefined);
      expect(await screen.findByText(/session has ended/)).toBeInTheDocument();
      expect(router.state.location.search).toBe('?to=%2Fstorage');
    } finally {
      notifyManager.setScheduler(defaultScheduler);
    }
  });

  it('is ended at the server by signing out, and nothing stays', async () => {
    const { asked, router } = open('/live', {
      'GET /sessions/current': signedIn,
      'DELETE /sessions/current': () => new Response(null, { status: 204 }),
    });
    await screen.findByText('the pictures');
    client.setQueryData(keys.cameras, [{ id: 'yard' }]);
    await userEvent.click(screen.getByRole('button', { name: 'Account of ada' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    await screen.findByLabelText('Username');
    expect(asked.find((it) => it.method === 'DELETE')?.headers.get('X-Vigil-Csrf')).toBe('token');
    expect(client.getQueryData(keys.cameras)).toBeUndefined();
    expect(router.state.location.pathname).toBe('/signin');
  });
});

describe('the shell', () => {
  it('has nothing that axe minds, and offers what the role may', async () => {
    open('/live', { 'GET /sessions/current': signedIn });
    await screen.findByText('the pictures');
    for (const name of ['Live', 'Playback', 'Events', 'Cameras', 'Storage', 'Plugins', 'System']) {
      expect(screen.getAllByRole('link', { name }).length).toBeGreaterThan(0);
    }
    expect(await violations()).toEqual([]);
  });

  it('offers a viewer no administration', async () => {
    open('/live', { 'GET /sessions/current': () => json({ user: { ...user, role: 'viewer' } }) });
    await screen.findByText('the pictures');
    for (const name of ['System', 'Exports']) expect(screen.queryByRole('link', { name })).toBeNull();
    expect(screen.getAllByRole('link', { name: 'Playback' }).length).toBeGreaterThan(0);
  });

  it('shows what can be pressed, and goes there', async () => {
    const { router } = open('/live', { 'GET /sessions/current': signedIn });
    await screen.findByText('the pictures');
    await userEvent.keyboard('?');
    expect(await screen.findByText('Go to Storage')).toBeInTheDocument();
    expect(await violations()).toEqual([]);
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByText('Go to Storage')).toBeNull());
    await userEvent.keyboard('gs');
    await screen.findByText('the disks');
    expect(router.state.location.pathname).toBe('/storage');
    expect(document.getElementById('main')).toHaveFocus();
  });

  it('says that the connection is lost', async () => {
    let alive = true;
    const stream = () => new Response(new ReadableStream({ start: (it) => (alive ? it.enqueue(new Uint8Array([58, 10])) : undefined) }));
    open('/live', { 'GET /sessions/current': signedIn, 'GET /changes': () => (alive ? stream() : Promise.reject(new TypeError('refused'))) });
    await screen.findByText('the pictures');
    expect(screen.queryByText(/Connection lost/)).toBeNull();
    alive = false;
    changesOf(client).stop();
    act(() => changesOf(client).start());
    expect(await screen.findByText(/Connection lost/)).toBeInTheDocument();
  });

  it('has a page for what is not there', async () => {
    open('/nowhere', { 'GET /sessions/current': signedIn });
    expect(await screen.findByRole('heading', { level: 1, name: 'Page not found' })).toBeInTheDocument();
    await waitFor(() => expect(document.title).toBe('Page not found · Vigil'));
    expect(await violations()).toEqual([]);
  });
});

describe('the first start', () => {
  const volume = { id: 'main', backend: 'file', location: '/srv/recordings', state: 'online', totalBytes: 1e12, freeBytes: 5e11, recordedBytes: 0, segments: 0 };

  it('makes the account, shows where recordings go, and leads to the first camera', async () => {
    let made = false;
    let cameras: unknown[] = [];
    const { asked } = open('/setup?token=once', {
      'GET /setup': () => json({ needed: !made }),
      'GET /sessions/current': refused,
      'POST /setup': () => {
        made = true;
        return json({ user }, 201);
      },
      'POST /sessions': () => json({ user, csrfToken: 'token' }, 201),
      'GET /volumes': () => json({ items: [volume] }),
      'GET /storage-backends': () => json({ items: [] }),
      'GET /cameras': () => json({ items: cameras }),
    });
    await userEvent.type(await screen.findByLabelText('Password'), 'too short');
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    expect(screen.getByText('It needs at least 12 characters.')).toBeInTheDocument();
    expect(asked.some((it) => it.method === 'POST')).toBe(false);
    expect(await violations()).toEqual([]);

    await userEvent.type(screen.getByLabelText('Password'), ', now long');
    await userEvent.click(screen.getByRole('button', { name: 'Create account' }));
    expect(await screen.findByText('/srv/recordings')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Where recordings go' })).toHaveFocus();
    expect(asked.find((it) => it.path === '/setup' && it.method === 'POST')?.body).toEqual({
      token: 'once',
      username: 'admin',
      password: 'too short, now long',
    });
    expect(await violations()).toEqual([]);

    await userEvent.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByRole('link', { name: 'Add camera' })).toHaveAttribute('href', '/cameras/new');
    expect(screen.getByRole('heading', { name: 'Add the first camera' })).toBeInTheDocument();

    // Those of a demonstration come by themselves.
    cameras = [{ id: 'door', name: 'Door' }, { id: 'yard', name: 'Yard' }];
    await act(() => client.refetchQueries({ queryKey: keys.cameras }));
    expect(await screen.findByRole('heading', { name: '2 cameras are there already' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Watch live' })).toHaveAttribute('href', '/live');
    expect(await violations()).toEqual([]);
  });

  it('is for those with the link', async () => {
    open('/live', { 'GET /setup': () => json({ needed: true }), 'GET /sessions/current': refused });
    expect(await screen.findByText('Open the setup link')).toBeInTheDocument();
  });

  it('is over once there is an account', async () => {
    open('/setup?token=old', { 'GET /sessions/current': refused });
    expect(await screen.findByRole('button', { name: 'Sign in' })).toBeInTheDocument();
  });
});

describe('can', () => {
  it('offers by role and by camera', () => {
    const operator: Session = { username: 'o', role: 'operator', cameras: ['yard'] };
    expect(can(operator, 'export', 'yard')).toBe(true);
    expect(can(operator, 'export', 'door')).toBe(false);
    expect(can(operator, 'administer')).toBe(false);
    expect(can({ ...user, cameras: ['yard'] }, 'administer')).toBe(false);
    expect(can(user, 'administer')).toBe(true);
    expect(can({ ...user, role: 'viewer' }, 'export', 'yard')).toBe(false);
  });
});

vi.setConfig({ testTimeout: 40_000 });
