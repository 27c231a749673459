import { Notifications, notifications } from '@mantine/notifications';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { camera } from '../cameras/fixtures';
import { type Surroundings, renderPage, violations } from '../test/render';
import { json, serve, type Answer } from '../test/server';
import EventsPage from './EventsPage';
import { UNDO_MS } from '../common/undo';
import { entry } from './fixtures';

afterEach(() => notifications.clean());

const person = entry('p1', {
  startedAt: '2026-11-22T12:00:30Z',
  zones: ['Gate'],
  data: {
    reason: 'seen in 3 of 5 frames',
    peakScore: 0.91,
    threshold: 0.5,
    model: 'yolox-nano',
    crossed: [{ line: 'Kerb', direction: 'left' }],
    loitered: ['Gate'],
    path: [[0, 0.1, 0.9], [1, 0.5, 0.9]],
  },
});
const bell = entry('b1', { type: 'external', label: 'bell', box: null, score: null, detector: null, startedAt: '2026-11-22T12:00:10Z', data: { button: 2 } });
const car = entry('c1', { label: 'car', startedAt: '2026-11-21T12:00:00Z', cameraId: 'hall' });

function show(answers: Record<string, Answer> = {}, surroundings: Surroundings = {}) {
  const asked = serve({
    'GET /cameras': () => json({ items: [camera('yard'), camera('hall')], next: null }),
    'GET /events': () => json({ items: [person, bell, car], next: null }),
    'POST /events/bulk': ({ body }) => json({ changed: (body as { ids: string[] }).ids.length }),
    ...answers,
  });
  const page = renderPage(
    <main>
      <Notifications />
      <EventsPage />
    </main>,
    { path: '/events', ...surroundings },
  );
  return { ...page, asked, told: () => asked.filter(({ path }) => path === '/events/bulk').map(({ body }) => body) };
}

const card = (name: RegExp) => screen.findByRole('button', { name });

/** What is to happen when the time to take something back is over, whenever the test says so. */
function holdUndoTime(): () => void {
  const later: (() => void)[] = [];
  const soon = globalThis.setTimeout;
  vi.stubGlobal('setTimeout', (run: () => void, ms?: number) => (ms === UNDO_MS ? later.push(run) : soon(run, ms)));
  return () => later.splice(0).forEach((run) => run());
}

describe('EventsPage', () => {
  it('begins with what nobody has seen to, by days', async () => {
    const { asked } = show();
    expect(await card(/^Person.*Yard.*not reviewed/)).toBeVisible();
    expect(screen.getAllByRole('heading', { level: 2 })).toHaveLength(2);
    expect(asked.find(({ path }) => path.startsWith('/events?'))?.path).toContain('reviewed=false');
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole('radio', { name: 'All' }));
    await waitFor(() => expect(asked.some(({ path }) => path.startsWith('/events?') && !path.includes('reviewed'))).toBe(true));
  });

  it('says why something is an event', async () => {
    show();
    await userEvent.click(await card(/^Person.*Yard/));
    const detail = await screen.findByRole('complementary', { name: 'Event' });
    expect(within(detail).getByText('seen in 3 of 5 frames')).toBeVisible();
    expect(within(detail).getByText('91% sure at best; 50% was asked for')).toBeVisible();
    expect(within(detail).getByText('It crossed “Kerb” to the left.')).toBeVisible();
    expect(within(detail).getByText(/It stayed in “Gate”/)).toBeVisible();
    expect(within(detail).getByText('Recognised by the model yolox-nano.')).toBeVisible();
    expect(within(detail).getByRole('link', { name: 'Tune the detector' })).toHaveAttribute('href', '/cameras/yard/tune/onnx');
    expect(await violations()).toEqual([]);
  });

  it('shows what another system said as it came', async () => {
    show();
    await userEvent.click(await card(/^Bell.*Yard/));
    const detail = await screen.findByRole('complementary', { name: 'Event' });
    expect(within(detail).getByText('Another system reported it.')).toBeVisible();
    expect(within(detail).getByText('button')).toBeVisible();
  });

  it('is worked through by keys, and each step can be taken back', async () => {
    const { told, router } = show();
    await card(/^Person/);
    await userEvent.keyboard('j');
    await waitFor(() => expect(router.state.location.search).toBe('?event=p1'));
    await userEvent.keyboard('r');
    await waitFor(() => expect(told()).toEqual([{ ids: ['p1'], reviewed: true }]));
    // It has left the list, and the next one is open.
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Person.*Yard/ })).toBeNull());
    expect(router.state.location.search).toBe('?event=b1');
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await card(/^Person.*Yard/)).toBeVisible();
    await waitFor(() => expect(told().at(-1)).toEqual({ ids: ['p1'], reviewed: false }));
    await userEvent.keyboard('s');
    await waitFor(() => expect(told().at(-1)).toEqual({ ids: ['b1'], retained: true }));
  });

  it('deletes several only when the time to take it back is over', async () => {
    const isOver = holdUndoTime();
    const { told } = show();
    await userEvent.click(await screen.findByRole('checkbox', { name: /^Select Person/ }));
    // While some are chosen, a click chooses.
    await userEvent.click(await card(/^Bell/));
    const bar = screen.getByRole('toolbar', { name: 'Selected events' });
    expect(within(bar).getByText('2 selected')).toBeVisible();
    expect(await violations()).toEqual([]);
    await userEvent.click(within(bar).getByRole('button', { name: 'Delete' }));
    expect(screen.queryByRole('button', { name: /^Bell/ })).toBeNull();
    expect(told()).toEqual([]);
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await card(/^Bell/)).toBeVisible();

    await userEvent.click(await card(/^Bell/));
    await userEvent.keyboard('{Delete}');
    expect(told()).toEqual([]);
    act(isOver);
    await waitFor(() => expect(told()).toEqual([{ ids: ['b1'], delete: true }]));
  });

  it('puts back what the server does not change, and says so', async () => {
    show({ 'POST /events/bulk': () => json({ title: 'Away', detail: 'the database is away' }, 503) });
    await card(/^Person/);
    await userEvent.keyboard('j');
    await userEvent.keyboard('r');
    expect(await screen.findByText('the database is away')).toBeVisible();
    expect(await card(/^Person.*Yard.*not reviewed/)).toBeVisible();
  });

  it('plays the clip under the pointer', async () => {
    const { container } = show();
    const picture = await card(/^Person/);
    fireEvent.pointerEnter(picture.closest('li') as Element, { pointerType: 'mouse' });
    await waitFor(() => expect(container.querySelector('video')?.getAttribute('src')).toBe('/api/v1/events/p1/clip.mp4'));
    fireEvent.pointerLeave(picture.closest('li') as Element);
    await waitFor(() => expect(container.querySelector('video')).toBeNull());
  });

  it('offers nothing that somebody may not do', async () => {
    const { asked } = show({}, { session: { username: 'v', role: 'viewer', cameras: null } });
    await userEvent.click(await card(/^Person/));
    await screen.findByRole('complementary', { name: 'Event' });
    for (const name of ['Mark reviewed', 'Keep', 'Delete']) expect(screen.queryByRole('button', { name })).toBeNull();
    expect(screen.queryByRole('link', { name: 'Tune the detector' })).toBeNull();
    for (const name of ['Select all', 'To review']) expect(screen.queryByText(name)).toBeNull();
    expect(screen.queryByRole('checkbox', { name: /Person/ })).toBeNull();
    expect(asked.filter(({ path }) => path.startsWith('/events?')).map(({ path }) => path).join()).not.toContain('reviewed');
  });

  it('is glad when there is nothing left to see', async () => {
    show({ 'GET /events': () => json({ items: [], next: null }) });
    expect(await screen.findByText('All reviewed')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('opens an event that a link names, in the list or not', async () => {
    show({ 'GET /events/old': () => json(entry('old', { label: 'dog', reviewed: true })) }, { at: '/events?event=old' });
    const detail = await screen.findByRole('complementary', { name: 'Event' });
    expect(within(detail).getByRole('heading', { name: 'Dog' })).toBeVisible();
  });
});
