import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { camera } from '../cameras/fixtures';
import ProfilePage from '../settings/ProfilePage';
import { renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import { randomPassword, rolesUpTo } from './accounts';
import UsersPage from './UsersPage';

afterEach(() => vi.unstubAllGlobals());

const user = (username: string, role: string, cameras: string[] | null = null) => ({
  username,
  role,
  cameras,
  enabled: true,
  createdAt: '2026-11-22T19:39:08.138Z',
});
const token = (id: string, username: string) => ({
  id,
  username,
  name: `${username}'s script`,
  role: 'viewer',
  cameras: null,
  createdAt: '2026-11-22T19:39:32.489Z',
  expiresAt: null,
});
const base: Record<string, Answer> = {
  'GET /users': () => json({ items: [user('admin', 'admin'), user('eve', 'viewer', ['garden'])], next: null }),
  'GET /tokens': () => json({ items: [token('1', 'admin'), token('2', 'eve')], next: null }),
  'GET /cameras': () => json({ items: [camera('garden')], next: null }),
};

describe('accounts', () => {
  it('gives no token more than its owner has', () => {
    expect(rolesUpTo('operator')).toEqual(['operator', 'viewer']);
  });

  it('makes passwords that are long enough and never the same', () => {
    const made = new Set(Array.from({ length: 50 }, randomPassword));
    expect(made.size).toBe(50);
    for (const password of made) expect(password).toMatch(/^[a-zA-Z2-9]{20}$/);
  });
});

describe('UsersPage', () => {
  it('shows who may do what with which cameras', async () => {
    serve(base);
    renderPage(<UsersPage />, { path: '/users' });
    const row = (await screen.findByText('eve', { selector: 'span' })).closest('tr') as HTMLElement;
    expect(within(row).getByText('Viewer')).toBeVisible();
    await within(row).findByText('Garden');
    expect(await violations()).toEqual([]);
  });

  it('adds a user, with what the server says at its field', async () => {
    let good = false;
    const asked = serve({
      ...base,
      'POST /users': () =>
        good
          ? json(user('bob', 'operator'), 201)
          : json({ status: 422, title: 'Invalid content', errors: [{ pointer: '/password', detail: 'is guessed first' }] }, 422),
    });
    renderPage(
      <main>
        <UsersPage />
      </main>,
      { path: '/users' },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Add user' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a user' });
    await userEvent.type(within(dialog).getByLabelText(/^User name/), 'bob');
    await userEvent.type(within(dialog).getByLabelText(/^Password/, { selector: 'input' }), 'password1234');
    await userEvent.click(within(dialog).getByRole('radio', { name: /Operator/ }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add user' }));
    expect(await within(dialog).findByText('is guessed first')).toBeVisible();
    expect(await violations()).toEqual([]);
    good = true;
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add user' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked.findLast(({ method }) => method === 'POST')?.body).toEqual({
      username: 'bob',
      password: 'password1234',
      role: 'operator',
      cameras: null,
    });
  });

  it('asks for one’s own password again where it was entered long ago', async () => {
    let confirmed = false;
    const asked = serve({
      ...base,
      'POST /users': () =>
        confirmed ? json(user('bob', 'viewer'), 201) : json({ title: 'Forbidden', type: 'urn:vigil:problem:unconfirmed' }, 403),
      'POST /sessions/current/confirm': ({ body }) => {
        confirmed = (body as { password: string }).password === 'mine, really';
        return confirmed
          ? new Response(null, { status: 204 })
          : json({ title: 'Invalid content', errors: [{ pointer: '/password', detail: 'is wrong' }] }, 422);
      },
    });
    renderPage(
      <main>
        <UsersPage />
      </main>,
      { path: '/users' },
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Add user' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a user' });
    await userEvent.type(within(dialog).getByLabelText(/^User name/), 'bob');
    await userEvent.type(within(dialog).getByLabelText(/^Password/, { selector: 'input' }), 'password1234');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Add user' }));
    await userEvent.type(await within(dialog).findByLabelText(/^Your own password/, { selector: 'input' }), 'not mine{Enter}');
    expect(await within(dialog).findByText('is wrong')).toBeVisible();
    expect(await violations()).toEqual([]);
    const own = within(dialog).getByLabelText(/^Your own password/, { selector: 'input' });
    await userEvent.clear(own);
    await userEvent.type(own, 'mine, really{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(asked.filter(({ path }) => path === '/users' || path.startsWith('/sessions')).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /users',
      'POST /users',
      'POST /sessions/current/confirm',
      'POST /sessions/current/confirm',
      'POST /users',
      'GET /users',
    ]);
  });

  it('does not let somebody delete themselves', async () => {
    serve(base);
    renderPage(<UsersPage />, { path: '/users' });
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for admin' }));
    expect(await screen.findByRole('menuitem', { name: 'Delete' })).toBeDisabled();
  });
});

describe('ProfilePage', () => {
  it('shows only one’s own tokens, and the secret of a new one once', async () => {
    const asked = serve({
      ...base,
      'POST /tokens': () => json({ ...token('3', 'admin'), token: 'vgl_once' }, 201),
    });
    renderPage(<ProfilePage />, { path: '/profile' });
    expect(await screen.findByText("admin's script")).toBeVisible();
    expect(screen.queryByText("eve's script")).toBeNull();
    expect(await violations()).toEqual([]);

    await userEvent.click(screen.getByRole('button', { name: 'Create token' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText(/^Name/), 'Home');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Create token' }));
    expect(await within(dialog).findByText('vgl_once')).toBeVisible();
    expect(within(dialog).getByRole('button', { name: 'Copy' })).toBeVisible();
    const body = asked.find(({ method }) => method === 'POST')?.body as { expiresAt: string };
    expect(body).toMatchObject({ name: 'Home', role: 'viewer' });
    expect(new Date(body.expiresAt).getTime()).toBeGreaterThan(Date.now());
    await userEvent.click(within(dialog).getByRole('button', { name: 'I have it' }));
    await waitFor(() => expect(screen.queryByText('vgl_once')).toBeNull());
  });

  it('says that the current password is wrong', async () => {
    serve({
      ...base,
      'POST /sessions/current/password': () =>
        json({ status: 422, title: 'Invalid content', errors: [{ pointer: '/currentPassword', detail: 'is wrong' }] }, 422),
    });
    renderPage(<ProfilePage />, { path: '/profile' });
    await userEvent.type(await screen.findByLabelText(/^Current password/), 'guess');
    await userEvent.type(screen.getByLabelText(/^New password(?! again)/), 'a good new one');
    const button = screen.getByRole('button', { name: 'Change password' });
    await userEvent.type(screen.getByLabelText(/^New password again/), 'a good new on');
    expect(button).toBeDisabled();
    await userEvent.type(screen.getByLabelText(/^New password again/), 'e');
    await userEvent.click(button);
    expect(await screen.findByText('This is not your password.')).toBeVisible();
  });
});
