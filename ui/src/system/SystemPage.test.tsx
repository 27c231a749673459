import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import { deedOf } from './deeds';
import { appended, samplesOf } from './history';
import { textOf } from './LogView';
import SystemPage from './SystemPage';

// Draws on a canvas, which jsdom does not have.
vi.mock('./Plot', () => ({ default: () => <div /> }));
afterEach(() => vi.unstubAllGlobals());

const system = {
  version: '0.1.0',
  node: 'nvr',
  startedAt: '2026-11-22T19:39:03.648Z',
  uptimeSeconds: 32,
  counts: { cameras: 4, streams: 5, workers: 1, plugins: 18 },
  cameras: { streaming: 3, backoff: 1, disabled: 0 },
  volumes: [],
  degraded: [] as { check: string; cause: string }[],
};

function show(answers: Record<string, Answer> = {}, at = '/system') {
  const asked = serve({
    'GET /system': () => json(system),
    'GET /cameras': () => json({ items: [], next: null }),
    ...answers,
  });
  renderPage(<SystemPage />, { path: '/system', at });
  return asked;
}

describe('the overview', () => {
  it('says that all is well, and leaves out what the server does not have', async () => {
    show({ 'GET /system': () => json({ ...system, cameras: { streaming: 3, disabled: 1 } }) });
    expect(await screen.findByText('Everything works')).toBeVisible();
    expect(screen.getByText('0.1.0')).toBeVisible();
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'Last hour' })).toBeNull());
    expect(screen.queryByRole('heading', { name: 'Workers' })).toBeNull();
    expect(await violations()).toEqual([]);
  });

  it('says what is wrong and why, and shows counters and workers', async () => {
    show({
      'GET /system': () => json({ ...system, degraded: [{ check: 'storage', cause: 'volume main is read-only' }] }),
      'GET /system/history': () =>
        json({ stepSeconds: 10, from: '2026-11-22T19:40:00Z', series: { cpuFraction: [0.1, 0.25], ingestBps: [1e6, 2e6], recordBps: [1e6, 1e6] } }),
      'GET /workers': () =>
        json({
          items: [
            { id: 'w1', kind: 'ingest', pid: 42, cameras: [], since: '2026-11-22T19:39:03Z', rssBytes: 5e7, cpuSeconds: 12, decoders: [] },
            {
              id: 'd1',
              kind: 'decode',
              pid: 43,
              cameras: ['door'],
              since: '2026-11-22T19:39:03Z',
              rssBytes: 5e7,
              cpuSeconds: 12,
              decoders: [{ camera: 'door', stream: 'sub', name: 'avdec_h264', left: [{ name: 'vah264dec', cause: 'no device' }] }],
            },
          ],
          next: null,
        }),
    });
    expect(await screen.findByText('2 things need attention')).toBeVisible();
    expect(screen.getByRole('link', { name: '1 camera does not arrive' })).toHaveAttribute('href', '/cameras');
    expect(screen.getByText(/volume main is read-only/)).toBeVisible();
    const cpu = (await screen.findByText('Processor, of all cores')).closest('figure') as HTMLElement;
    expect(within(cpu).getByText('25%')).toBeVisible();
    expect(screen.queryByText('Live viewers')).toBeNull();
    expect(await screen.findByText('ready, without a camera')).toBeVisible();
    expect(screen.getByText('avdec_h264')).toBeVisible();
    expect(screen.getByText('without vah264dec: no device')).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});

describe('the counters', () => {
  it('go on with what the server tells, for an hour', () => {
    const samples = samplesOf({
      stepSeconds: 10,
      from: '1970-01-01T00:00:00Z',
      series: {
        cpuFraction: [0.1, 0.2],
        memoryBytes: [5, 6],
        ingestBps: [7, 8],
        recordBps: [3, 4],
        lost: [0, 1],
        viewers: [2, 2],
      },
    });
    const now = { degraded: [], cpuFraction: 0.3, memoryBytes: 1, ingestBps: 1, recordBps: 1, viewers: 0 };
    expect(appended(samples, now, 20)).toEqual({
      times: [0, 10, 20],
      values: {
        cpuFraction: [0.1, 0.2, 0.3],
        memoryBytes: [5, 6, 1],
        ingestBps: [7, 8, 1],
        recordBps: [3, 4, 1],
        lost: [0, 1, null],
        viewers: [2, 2, 0],
      },
    });
    expect(appended(samples, now, 3605).times).toEqual([10, 3605]);
    expect(appended(samples, now, 10_000).times).toEqual([10_000]);
  });
});

describe('the log', () => {
  const entries = [
    { at: '2026-11-22T19:40:00.000Z', level: 'info', logger: 'rest', message: 'ready' },
    { at: '2026-11-22T19:41:00.000Z', level: 'error', logger: 'record', message: 'the disk is gone' },
  ];

  it('asks for the level and the text that are wanted', async () => {
    const asked = show({ 'GET /log': () => json({ items: entries, next: null }) }, '/system?tab=log');
    expect(await screen.findByText(/the disk is gone/)).toBeVisible();
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('switch', { name: 'Follow' }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Search the log' }), 'disk');
    await waitFor(() => expect(asked.at(-1)?.path).toBe('/log?level=info&limit=1000&contains=disk'));
  });

  it('is saved as plain lines', () => {
    expect(textOf(entries)).toBe(
      '2026-11-22T19:40:00.000Z INFO  rest ready\n2026-11-22T19:41:00.000Z ERROR record the disk is gone\n',
    );
  });
});

describe('the audit', () => {
  const entry = (id: number, action: string, target: string, outcome = 'ok') => ({
    id,
    at: '2026-11-22T19:40:00.000Z',
    username: id % 2 ? 'admin' : 'eve',
    from: '192.0.2.7',
    action,
    target,
    outcome,
  });

  it('is read page by page, and says what was done in words', async () => {
    const asked = show(
      {
        'GET /audit': ({ path }) =>
          path.includes('cursor=Nw')
            ? json({ items: [entry(1, 'sign-in', '')], next: null })
            : json({ items: [entry(9, 'PATCH', 'cameras/garden'), entry(8, 'DELETE', 'cameras/barn', '403')], next: 'Nw' }),
      },
      '/system?tab=audit',
    );
    expect(await screen.findByText('Changed camera')).toBeVisible();
    expect(screen.getByText('garden')).toBeVisible();
    expect(screen.getByText('Refused: 403')).toBeVisible();
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Load older entries' }));
    expect(await screen.findByText('That is all: 3 entries.')).toBeVisible();
    expect(asked.filter(({ path }) => path.startsWith('/audit')).map(({ path }) => path)).toEqual([
      '/audit?limit=100',
      '/audit?limit=100&cursor=Nw',
    ]);
    await userEvent.type(screen.getByRole('textbox', { name: 'Search what is loaded' }), 'garden');
    expect(screen.queryByText('Signed in')).toBeNull();
  });

  it('shows method and path of what it has no words for', () => {
    expect(deedOf('PATCH', 'cameras/garden')).toEqual({ words: 'camera.change', what: 'garden' });
    expect(deedOf('POST', 'cameras/garden/ptz')).toEqual({ words: undefined, what: 'POST cameras/garden/ptz' });
  });
});
