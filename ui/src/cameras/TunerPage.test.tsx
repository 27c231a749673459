import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { DebugFrame } from '../events/types';
import { speak } from '../i18n';
import { renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import { camera, rtsp, streaming } from './fixtures';
// Fetched late by the page; here at once.
import './SchemaForm';
import TunerPage from './TunerPage';

const motion = {
  ...rtsp,
  id: 'motion',
  name: 'Motion',
  description: 'Sees that something moves.',
  schema: {
    type: 'object',
    properties: {
      sensitivity: { title: 'Sensitivity', type: 'number', minimum: 0, maximum: 1, default: 0.5 },
      guard: { title: 'Ignore changes of light', type: 'boolean', default: true },
      frames: {
        title: 'Frames',
        type: 'string',
        default: 'auto',
        oneOf: [
          { const: 'auto', title: 'Automatic' },
          { const: 'all', title: 'All' },
        ],
      },
    },
  },
};
const yard = camera('yard', {
  detectors: [
    { id: 'motion', settings: { offDelaySeconds: 5 } },
    { id: 'onnx', settings: { model: 'm' } },
  ],
});
const frame: DebugFrame = {
  at: '2026-11-22T12:00:00Z',
  widthPx: 320,
  heightPx: 180,
  on: true,
  note: '',
  figures: { median: 118 },
  regions: [{ box: { x: 0, y: 0, width: 0.1, height: 0.1 }, area: 0.001, counted: false, reason: 'smaller than 0.4 %' }],
  detections: [
    { label: 'person', score: 0.9, box: { x: 0.5, y: 0.1, width: 0.2, height: 0.8 }, counted: true, reason: 'moved', zones: ['Gate'], event: null },
  ],
  foreground: 'AAAA',
  picture: 'AAAA',
};

/** Sends frames, in parts that are cut anywhere, and stays open. */
function stream(...frames: DebugFrame[]): Response {
  const text = frames.map((one) => `event: frame\ndata: ${JSON.stringify(one)}\n\n`).join('');
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, 50));
      controller.enqueue(bytes.slice(50));
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
}

function show(answers: Record<string, Answer> = {}, at = '/cameras/yard/tune/motion') {
  const asked = serve({
    'GET /cameras/yard': () => json(yard, 200, { ETag: '"1"' }),
    'GET /cameras/yard/status': () => json(streaming),
    'GET /detectors': () => json({ items: [motion], next: null }),
    'GET /cameras/yard/detectors': () =>
      json({ items: [{ id: 'motion', state: 'behind', cause: 'late', frames: 10, dropped: 4, busyFraction: 0.9, ongoing: 1 }], next: null }),
    'GET /cameras/yard/detectors/motion/debug': () => stream({ ...frame, on: false }, frame),
    'PATCH /cameras/yard': ({ body }) => json({ ...yard, ...(body as object) }, 200, { ETag: '"2"' }),
    ...answers,
  });
  return { asked, ...renderPage(<main><TunerPage /></main>, { path: '/cameras/:id/tune/:detector', at }) };
}

describe('TunerPage', () => {
  it('says of everything that is seen whether it counts, and why', async () => {
    show();
    const findings = await screen.findByRole('region', { name: 'What it found' });
    expect(within(findings).getByText('Person 90%')).toBeVisible();
    expect(within(findings).getByText('moved · in Gate')).toBeVisible();
    expect(within(findings).getByText('smaller than 0.4 %')).toBeVisible();
    expect(screen.getByText('Something is on')).toBeVisible();
    expect(screen.getByText('Analysis behind')).toBeVisible();
    expect(await violations()).toEqual([]);
    fireEvent.click(screen.getByRole('switch', { name: 'Show what does not count, too' }));
    expect(within(findings).queryByText('smaller than 0.4 %')).toBeNull();
  });

  it('saves once the hand rests, and leaves other detectors and settings as they are', async () => {
    const { asked } = show();
    const slider = await screen.findByRole('slider', { name: 'Sensitivity' });
    for (let i = 0; i < 5; i++) fireEvent.keyDown(slider, { key: 'ArrowRight' });
    await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
    const patches = asked.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ body }) => body)).toEqual([
      {
        detectors: [
          { id: 'motion', settings: { offDelaySeconds: 5, sensitivity: 0.55 } },
          { id: 'onnx', settings: { model: 'm' } },
        ],
      },
    ]);
    expect(await screen.findByText(/^Saved/)).toBeVisible();
  });

  it('says what the server refuses', async () => {
    show({
      'PATCH /cameras/yard': () =>
        json({ title: 'Invalid', errors: [{ pointer: '/detectors/0/settings/guard', detail: 'cannot be off' }] }, 422),
    });
    fireEvent.click(await screen.findByRole('switch', { name: 'Ignore changes of light' }));
    expect(await screen.findByText('guard: cannot be off')).toBeVisible();
  });

  it('says why there is nothing to see', async () => {
    show({ 'GET /cameras/yard/detectors/motion/debug': () => json({ title: 'x', detail: 'the camera is off' }, 409) });
    expect(await screen.findByText('the camera is off')).toBeVisible();
  });

  it('knows the settings in German', async () => {
    await speak('de');
    show();
    expect(await screen.findByRole('slider', { name: 'Empfindlichkeit' })).toBeVisible();
    expect(screen.getByRole('switch', { name: 'Lichtwechsel übergehen' })).toBeVisible();
    await speak('en');
  });

  it('does not pretend to have a detector that the camera has not', async () => {
    show({}, '/cameras/yard/tune/other');
    expect(await screen.findByText('Yard has no detector “other”')).toBeVisible();
  });
});
