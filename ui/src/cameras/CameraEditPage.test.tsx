import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import CameraEditPage from './CameraEditPage';
import { camera, rtsp, streaming } from './fixtures';
// Fetched late by the page; here at once.
import './SchemaForm';

const installed = {
  'GET /drivers': () => json({ items: [rtsp], next: null }),
  'GET /recorders': () => json({ items: [{ ...rtsp, id: 'continuous' }], next: null }),
  'GET /detectors': () => json({ items: [], next: null }),
  'GET /cameras': () => json({ items: [], next: null }),
};
const address = () => screen.findByLabelText(/^Address\b(?! of)/);

afterEach(() => vi.unstubAllGlobals());

describe('adding a camera', () => {
  const show = (answers: Record<string, Answer> = {}) => {
    const asked = serve({
      ...installed,
      'POST /cameras/discover': () => json({ items: [], next: null, finders: [], failed: {} }),
      ...answers,
    });
    const page = renderPage(<CameraEditPage />, {
      path: '/cameras/new',
      routes: [{ path: '/cameras/:id/live', element: <p>the live page</p> }],
    });
    return { ...page, asked };
  };

  it('says plainly that nothing can search, and has a form from the schema', async () => {
    show();
    expect(await screen.findByText(/No installed plugin can search the network/)).toBeVisible();
    await address();
    expect(await violations()).toEqual([]);
  });

  it('takes over what was found', async () => {
    show({
      'POST /cameras/discover': () =>
        json({
          items: [{ name: 'Porch', driver: 'rtsp', settings: { url: 'rtsp://192.0.2.9/' }, address: '192.0.2.9' }],
          next: null,
          finders: ['onvif'],
          failed: {},
        }),
    });
    // By its text at first: to look for roles in the whole form again and again takes all the time there is.
    await screen.findByText('Porch');
    await userEvent.click(screen.getByRole('button', { name: 'Choose Porch' }));
    expect(await address()).toHaveValue('rtsp://192.0.2.9/');
    expect(screen.getByLabelText(/^Name/)).toHaveValue('Porch');
  });

  it('tests before saving, and says in words what came of it', async () => {
    const results = [
      { ok: false, streams: [], kind: 'unauthorized', cause: 'the camera refuses this login' },
      { ok: true, streams: [{ role: 'main', codec: 'avc1.64001e', widthPx: 640, heightPx: 360, frameRate: 25, audioCodec: 'mp4a.40.2' }] },
    ];
    const { asked } = show({ 'POST /cameras/test': () => json(results.shift()) });
    await userEvent.click(await screen.findByRole('button', { name: 'Test connection' }));
    expect(await address()).toBeInvalid();
    expect(asked.some(({ path }) => path === '/cameras/test')).toBe(false);

    await userEvent.type(await address(), 'rtsp://192.0.2.1/main');
    await userEvent.click(screen.getByRole('button', { name: 'Test connection' }));
    expect(await screen.findByText('The camera refuses the login')).toBeVisible();
    expect(screen.getByText('the camera refuses this login')).toBeVisible();

    await userEvent.click(screen.getByRole('button', { name: 'Test connection' }));
    expect(await screen.findByText(/Main stream: H\.264, 640 × 360, 25 pictures per second/)).toBeVisible();
    expect(screen.getByText(/with sound \(AAC\)/)).toBeVisible();
  });

  it('shows what the server refused at the fields, then saves and goes to the camera', async () => {
    let refuse = true;
    const { asked } = show({
      'POST /cameras': () =>
        refuse
          ? json(
              {
                status: 422,
                title: 'Invalid content',
                detail: '2 fields are wrong.',
                errors: [
                  { pointer: '/settings/url', detail: 'must start with rtsp://' },
                  { pointer: '/name', detail: 'is taken' },
                ],
              },
              422,
            )
          : json(camera('porch'), 201, { ETag: '"1"' }),
    });
    await userEvent.type(await address(), 'http://x');
    await userEvent.type(screen.getByLabelText(/^Name/), 'Porch');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('must start with rtsp://')).toBeVisible();
    expect(screen.getByText('is taken')).toBeVisible();

    refuse = false;
    await userEvent.clear(await address());
    await userEvent.type(await address(), 'rtsp://x');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('the live page')).toBeVisible();
    expect(asked.findLast(({ method }) => method === 'POST')?.body).toMatchObject({
      name: 'Porch',
      driver: 'rtsp',
      settings: { url: 'rtsp://x', transport: 'tcp' },
      recording: { mode: 'continuous', retention: { continuousDays: 7 } },
    });
  });
});

describe('editing a camera', () => {
  const garden = camera('garden', { settings: { url: 'rtsp://x', transport: 'tcp', basicAllowed: false, passwordSet: true } });
  const show = (answers: Record<string, Answer> = {}, at = '/cameras/garden') => {
    const asked = serve({
      ...installed,
      'GET /cameras/garden': () => json(garden, 200, { ETag: '"7"' }),
      'GET /cameras/garden/status': () => json(streaming),
      ...answers,
    });
    return { asked, ...renderPage(<CameraEditPage />, { path: '/cameras/:id', at }) };
  };

  it('sends only what changed, for the version it was read at', async () => {
    const { asked } = show({
      'PATCH /cameras/garden': ({ body }) => json({ ...garden, ...(body as object) }, 200, { ETag: '"8"' }),
    });
    const name = await screen.findByLabelText(/^Name/);
    await address();
    expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
    expect(await violations()).toEqual([]);
    await userEvent.clear(name);
    await userEvent.type(name, 'Yard');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull());
    const patch = asked.find(({ method }) => method === 'PATCH');
    expect(patch?.body).toEqual({ name: 'Yard' });
    expect(patch?.headers.get('If-Match')).toBe('"7"');
  });

  it('asks when somebody else was faster, and can keep both', async () => {
    let version = 7;
    const stored = () => ({ ...garden, labels: version > 7 ? ['outdoor'] : [] });
    const { asked } = show({
      'GET /cameras/garden': () => json(stored(), 200, { ETag: `"${version}"` }),
      'PATCH /cameras/garden': ({ headers, body }) =>
        headers.get('If-Match') === `"${version}"`
          ? json({ ...stored(), ...(body as object) }, 200, { ETag: '"9"' })
          : json({ status: 412, title: 'Changed in between' }, 412),
    });
    await userEvent.type(await screen.findByLabelText(/^Name/), ' 2');
    await address();
    version = 8;
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const dialog = await screen.findByRole('dialog', { name: 'Changed in the meantime' });
    expect(within(dialog).getByText('They changed: groups')).toBeVisible();
    expect(within(dialog).getByText('You changed: name')).toBeVisible();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save mine' }));
    await waitFor(() => expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(2));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save' })).toBeNull());
    expect(screen.getByText('outdoor')).toBeVisible();
  });

  it('does not leave changes behind without asking', async () => {
    const { router } = show();
    await userEvent.type(await screen.findByLabelText(/^Name/), '!');
    await act(() => router.navigate('/'));
    expect(await screen.findByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
    expect(router.state.location.pathname).toBe('/cameras/garden');
  });

  it('draws zones with keys and numbers alike, undoes, and saves fractions', { timeout: 60_000 }, async () => {
    const { asked } = show(
      { 'PATCH /cameras/garden': ({ body }) => json({ ...garden, ...(body as object) }, 200, { ETag: '"8"' }) },
      '/cameras/garden?tab=zones',
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Add zone' }));
    const corner = screen.getByLabelText('Zone 1, corner 1 of 4, at 0.3, 0.3');
    act(() => corner.focus());
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{Shift>}{ArrowUp}{/Shift}');
    expect(screen.getByLabelText('X of corner 1')).toHaveValue('0.32');
    expect(screen.getByLabelText('Y of corner 1')).toHaveValue('0.2');

    const x = screen.getByLabelText('X of corner 3');
    await userEvent.clear(x);
    await userEvent.type(x, '0.9');
    expect(screen.getByLabelText(/corner 3 of 4, at 0.9, 0.7/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Remove corner 2' }));
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByLabelText(/corner 2 of 4/)).toBeVisible();
    expect(await violations()).toEqual([]);

    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
      zones: [{ name: 'Zone 1', polygon: [[0.32, 0.2], [0.7, 0.3], [0.9, 0.7], [0.3, 0.7]], labels: [] }],
    });
  });

  it('draws lines, and asks how long things must stay in a zone', { timeout: 60_000 }, async () => {
    const { asked } = show(
      { 'PATCH /cameras/garden': ({ body }) => json({ ...garden, ...(body as object) }, 200, { ETag: '"8"' }) },
      '/cameras/garden?tab=zones',
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Add line' }));
    expect(screen.getByLabelText(/^Line 1, corner 2 of 2/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Add a corner after corner 1' })).toBeDisabled();
    expect(screen.queryByLabelText('Time to stay')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Add zone' }));
    await userEvent.type(screen.getByLabelText('Time to stay'), '20');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toMatchObject({
      zones: [
        { name: 'Line 1', polygon: [[0.25, 0.6], [0.75, 0.6]] },
        { name: 'Zone 1', loiterSeconds: 20 },
      ],
    });
  });

  it('has detectors in order, with how they do, and keeps defaults out of what it saves', { timeout: 60_000 }, async () => {
    const detector = (id: string, name: string) => ({
      ...rtsp,
      id,
      name,
      schema: { type: 'object', properties: { rate: { title: 'Rate', type: 'integer', minimum: 1, maximum: 15, default: 5 } } },
    });
    const { asked } = show(
      {
        'GET /detectors': () => json({ items: [detector('motion', 'Motion'), detector('onnx', 'Objects')], next: null }),
        'GET /cameras/garden': () => json({ ...garden, detectors: [{ id: 'motion', settings: {} }] }, 200, { ETag: '"7"' }),
        'GET /cameras/garden/detectors': () =>
          json({ items: [{ id: 'motion', state: 'failed', cause: 'no model', frames: 3, dropped: 0, busyFraction: 0, ongoing: 0 }], next: null }),
        'PATCH /cameras/garden': ({ body }) => json({ ...garden, ...(body as object) }, 200, { ETag: '"8"' }),
      },
      '/cameras/garden?tab=detection',
    );
    const first = await screen.findByRole('region', { name: 'Motion' });
    expect(await within(first).findByText('Failed')).toBeVisible();
    expect(within(first).getByText(/no model/)).toBeVisible();
    expect(within(first).getByRole('link', { name: 'Tune' })).toHaveAttribute('href', '/cameras/garden/tune/motion');
    // What the form filled in by itself is no change.
    await within(first).findByLabelText('Rate');
    expect(screen.queryByRole('button', { name: 'Save' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Add detector' }));
    await userEvent.click(await screen.findByRole('menuitem', { name: /^Objects/ }));
    await userEvent.click(await screen.findByRole('button', { name: 'Move Objects up' }));
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
      detectors: [
        { id: 'onnx', settings: {} },
        { id: 'motion', settings: {} },
      ],
    });
  });

  it('keeps what was seen longer by its label', { timeout: 60_000 }, async () => {
    const { asked } = show(
      { 'PATCH /cameras/garden': ({ body }) => json({ ...garden, ...(body as object) }, 200, { ETag: '"8"' }) },
      '/cameras/garden?tab=recording',
    );
    await userEvent.type(await screen.findByRole('combobox', { name: 'Label, such as person' }), 'person{Enter}');
    expect(screen.getByLabelText('Days for person')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
      recording: { retention: { labelDays: { person: 90 } } },
    });
  });

  it('offers no detection while no detector is installed', async () => {
    show();
    await screen.findByLabelText(/^Name/);
    expect(screen.getAllByRole('tab').map(({ textContent }) => textContent)).toEqual(['Camera', 'Recording', 'Zones and masks']);
  });
});
