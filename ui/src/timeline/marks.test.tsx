import { act, renderHook, waitFor } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../api/changes';
import { entry } from '../events/fixtures';
import { testClient } from '../test/render';
import { json, serve } from '../test/server';
import type { EventEntry } from '../events/types';
import { markOf, neighbour, useMarks } from './marks';

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

describe('marks', () => {
  it('last until now while an event has no end', () => {
    expect(markOf(entry('a', { endedAt: null }), (label) => label.toUpperCase())).toMatchObject({ label: 'PERSON', to: Infinity });
    expect(markOf(entry('a', { type: 'new-kind' as EventEntry['type'] }), String).kind).toBe('external');
  });

  it('come for each camera in order, all pages of them', async () => {
    const asked = serve({
      'GET /events': ({ path }) => {
        const search = new URLSearchParams(path.split('?')[1]);
        if (search.get('camera') === 'hall') return json({ title: 'Not found' }, 404);
        return search.get('cursor') === 'more'
          ? json({ items: [entry('a', { startedAt: '2026-11-22T06:30:00Z' })], next: null })
          : json({ items: [entry('c', { startedAt: '2026-11-22T08:00:00Z' }), entry('b', { startedAt: '2026-11-22T07:00:00Z' })], next: 'more' });
      },
    });
    const client = testClient();
    const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
    const range = { from: at('06:10:00'), to: at('09:00:00') };
    const cameras = ['yard', 'hall'];
    const { result } = renderHook(() => useMarks(cameras, range), { wrapper });
    await waitFor(() => expect(result.current[0]?.map(({ id }) => id)).toEqual(['a', 'b', 'c']));
    expect(result.current[1]).toEqual([]);
    expect(asked.every(({ path }) => path.includes('limit=1000'))).toBe(true);

    // What the server tells of is there without asking again.
    const count = asked.length;
    const told = changesOf(client) as unknown as { take(message: { event: string; data: string }): void };
    act(() =>
      told.take({
        event: 'event',
        data: JSON.stringify({ change: 'new', event: entry('d', { startedAt: '2026-11-22T08:30:00Z', endedAt: null }) }),
      }),
    );
    await waitFor(() => expect(result.current[0]?.at(-1)).toMatchObject({ id: 'd', to: Infinity }));
    expect(asked).toHaveLength(count);
  });

  it('lead from one thing to the next, past mere motion', () => {
    const mark = (from: number, kind: 'motion' | 'object') => ({ id: String(from), kind, label: '', from, to: from + 1000 });
    const lanes = [{ events: [mark(10_000, 'object'), mark(20_000, 'motion')] }, { events: [mark(30_000, 'object')] }, {}];
    expect(neighbour(lanes, 10_000, 1)).toBe(30_000);
    expect(neighbour(lanes, 30_000, -1)).toBe(10_000);
    expect(neighbour(lanes, 30_000, 1)).toBeUndefined();
    expect(neighbour([{ events: [mark(20_000, 'motion')] }], 0, 1)).toBe(20_000);
  });
});
