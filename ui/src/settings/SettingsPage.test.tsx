import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import EventsPage from '../events/EventsPage';
import { speak } from '../i18n';
import { renderPage, violations } from '../test/render';
import { json, serve } from '../test/server';
import SettingsPage from './SettingsPage';

afterEach(async () => {
  vi.unstubAllGlobals();
  await speak('en');
});

describe('SettingsPage', () => {
  it('keeps what is chosen with the account, and the rest as it was', async () => {
    const asked = serve({
      'GET /sessions/current/preferences': () => json({ other: 1, shortcutsOff: true }),
      'PUT /sessions/current/preferences': () => json({}),
    });
    renderPage(<SettingsPage />, { path: '/settings' });
    const keys = await screen.findByRole('switch', { name: /^Shortcuts of a single key/ });
    await waitFor(() => expect(keys).not.toBeChecked());
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    await waitFor(() =>
      expect(asked.find(({ method }) => method === 'PUT')?.body).toEqual({ other: 1, shortcutsOff: true, theme: 'dark' }),
    );
  });

  it('speaks the chosen language at once', async () => {
    serve({
      'GET /sessions/current/preferences': () => json({}),
      'PUT /sessions/current/preferences': () => json({}),
    });
    renderPage(<SettingsPage />, { path: '/settings' });
    await userEvent.click(await screen.findByRole('combobox', { name: 'Language' }));
    await userEvent.click(await screen.findByRole('option', { name: 'Deutsch' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
    expect(document.documentElement.lang).toBe('de');
  });
});

describe('EventsPage', () => {
  it('says that nothing tells of events, where the server has none', async () => {
    serve({ 'GET /cameras': () => json({ items: [], next: null }) });
    renderPage(<EventsPage />, { path: '/events' });
    expect(await screen.findByText('No detector or event source is installed yet')).toBeVisible();
    expect(screen.queryByRole('table')).toBeNull();
    expect(await violations()).toEqual([]);
  });
});
