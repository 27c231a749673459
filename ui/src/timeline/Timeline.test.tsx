import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { beforeAll, expect, it, vi } from 'vitest';

import { violations } from '../test/render';
import { Timeline } from './Timeline';
import type { Lane } from './lanes';
import { HOUR } from './view';

const T = new Date(2026, 9, 22, 14).getTime();
const lanes: Lane[] = [
  { id: 'yard', name: 'Yard', spans: [{ from: T - HOUR, to: T + HOUR }], gaps: [] },
  {
    id: 'door',
    name: 'Door',
    spans: [{ from: T - HOUR, to: T - 1000 }],
    gaps: [{ from: T - 1000, to: T + HOUR, cause: 'offline' }],
  },
];

beforeAll(() => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
});

function shown(selection?: { from: number; to: number }) {
  const did = { seek: vi.fn(), range: vi.fn(), select: vi.fn() };
  render(
    <MantineProvider>
      <Timeline
        lanes={lanes}
        at={new Date(T)}
        range={{ from: T - HOUR, to: T + HOUR }}
        onSeek={(time) => did.seek(time.getTime())}
        onRangeChange={did.range}
        selection={selection}
        onSelection={did.select}
      />
    </MantineProvider>,
  );
  return { ...did, slider: screen.getByRole('slider', { name: 'Timeline' }) };
}

it('says the time, and what is missing then and why', async () => {
  const { slider } = shown();
  expect(slider).toHaveAttribute(
    'aria-valuetext',
    expect.stringMatching(/14:00:00.*Door: not recorded: the camera was not reachable/),
  );
  expect(slider).toHaveAttribute('aria-valuenow', String(T));
  expect(await violations()).toEqual([]);
});

it('is moved by keys, by what the zoom makes sensible', () => {
  const { slider, seek } = shown();
  fireEvent.keyDown(slider, { key: 'ArrowRight' });
  fireEvent.keyDown(slider, { key: 'ArrowLeft', shiftKey: true });
  fireEvent.keyDown(slider, { key: 'PageDown' });
  fireEvent.keyDown(slider, { key: 'Home' });
  fireEvent.keyDown(slider, { key: 'End' });
  const step = 5 * 60_000;
  expect(seek.mock.calls.flat()).toEqual([T + step, T - 10 * step, T - 1.6 * HOUR, T - HOUR, T + HOUR]);
});

it('zooms about the playhead', () => {
  const { slider, range } = shown();
  fireEvent.keyDown(slider, { key: '+' });
  expect(range).toHaveBeenCalledWith({ from: T - HOUR / 2, to: T + HOUR / 2 });
});

it('marks a selection from the playhead, and gives it up', () => {
  const { slider, select } = shown({ from: T - 5000, to: T + 9000 });
  fireEvent.keyDown(slider, { key: '[' });
  fireEvent.keyDown(slider, { key: ']' });
  fireEvent.keyDown(slider, { key: 'Escape' });
  expect(select.mock.calls.flat()).toEqual([{ from: T, to: T + 9000 }, { from: T - 5000, to: T }, undefined]);
});

it('leaves other keys to the page', () => {
  const { slider, seek } = shown();
  expect(fireEvent.keyDown(slider, { key: 'j' })).toBe(true);
  expect(fireEvent.keyDown(slider, { key: 'ArrowRight', ctrlKey: true })).toBe(true);
  expect(seek).not.toHaveBeenCalled();
});
