import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json } from '../test/server';
import { Changes, SseParser } from './changes';
import { onSessionExpired } from './client';
import { keys } from './queries';

describe('SseParser', () => {
  it('puts messages together however they are cut', () => {
    const text = ': beat\n\nevent: status\ndata: {"id":\ndata: 1}\r\n\r\ndata:plain\n\nevent: half\nda';
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new SseParser();
      const messages = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(messages).toEqual([
        { event: 'status', data: '{"id":\n1}' },
        { event: 'message', data: 'plain' },
      ]);
    }
  });

  it('says nothing of an event without data', () => {
    expect(new SseParser().push('event: x\n\nretry: 2000\n\n')).toEqual([]);
  });
});

/** A server of changes in the hand of the test. */
class Line {
  private controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly response = new Response(
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream' } },
  );

  send(event: string, data: unknown) {
    this.controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  beat() {
    this.controller.enqueue(new TextEncoder().encode(':\n\n'));
  }

  cut() {
    this.controller.error(new TypeError('network'));
  }
}

describe('Changes', () => {
  let lines: Line[];
  let answer: (signal: AbortSignal) => Promise<Response>;
  let client: QueryClient;
  let changes: Changes;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    lines = [];
    answer = (signal) => {
      const line = new Line();
      lines.push(line);
      signal.addEventListener('abort', () => line.cut());
      return Promise.resolve(line.response);
    };
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => answer(signal));
    client = new QueryClient();
    changes = new Changes(client);
  });

  afterEach(() => {
    changes.stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const settle = () => vi.advanceTimersByTimeAsync(0);

  async function open(): Promise<Line> {
    changes.start();
    await settle();
    const line = lines.at(-1);
    if (line === undefined) throw new Error('nobody called');
    return line;
  }

  it('keeps the status of a camera as it is told', async () => {
    const line = await open();
    expect(changes.connection()).toBe('open');
    line.send('status', { id: 'yard', status: { state: 'streaming' } });
    await settle();
    expect(client.getQueryData(keys.status('yard'))).toEqual({ state: 'streaming' });
  });

  it('forgets a camera that was removed, and has the list read again', async () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    const line = await open();
    client.setQueryData(keys.status('yard'), { state: 'streaming' });
    line.send('camera', { id: 'yard', change: 'removed' });
    await settle();
    expect(client.getQueryData(keys.status('yard'))).toBeUndefined();
    expect(invalidate).toHaveBeenCalledWith({ queryKey: keys.cameras });
  });

  it('shows the progress of an export in the list', async () => {
    client.setQueryData(keys.exports, [{ id: 'a', state: 'running', progress: 0.1 }]);
    const line = await open();
    line.send('export', { id: 'a', state: 'running', progress: 0.6 });
    line.send('export', { id: 'b', state: 'running', progress: 0 });
    await settle();
    expect(client.getQueryData(keys.exports)).toEqual([
      { id: 'b', state: 'running', progress: 0 },
      { id: 'a', state: 'running', progress: 0.6 },
    ]);
  });

  it('reads again what was asked for before the news and comes after it', async () => {
    const answers: ((exports: unknown) => void)[] = [];
    const observer = new QueryObserver(client, {
      queryKey: keys.exports,
      queryFn: () => new Promise<unknown>((resolve) => answers.push(resolve)),
    });
    const leave = observer.subscribe(() => undefined);
    const line = await open();
    line.send('export', { id: 'a', state: 'ready', progress: 1 });
    await settle();
    answers[0]?.([{ id: 'a', state: 'running', progress: 1 }]);
    await settle();
    expect(answers).toHaveLength(2);
    answers[1]?.([{ id: 'a', state: 'ready', progress: 1 }]);
    await settle();
    expect(client.getQueryData(keys.exports)).toEqual([{ id: 'a', state: 'ready', progress: 1 }]);
    leave();
  });

  it('comes back after a break, and then has everything read again', async () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    const line = await open();
    line.cut();
    await settle();
    expect(changes.connection()).toBe('lost');
    expect(invalidate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(lines).toHaveLength(2);
    expect(changes.connection()).toBe('open');
    expect(invalidate).toHaveBeenCalledWith({ queryKey: [] });
  });

  it('tries again when a server that just starts knows of nothing yet', async () => {
    const usual = answer;
    answer = () => Promise.resolve(new Response('Not Found', { status: 404 }));
    changes.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(changes.connection()).toBe('lost');
    answer = usual;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(changes.connection()).toBe('open');
  });

  it('waits longer each time nobody answers, and at once again when asked to hurry', async () => {
    let calls = 0;
    answer = () => {
      calls++;
      return Promise.reject(new TypeError('refused'));
    };
    changes.start();
    await settle();
    expect(calls).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toBe(3);
    changes.hurry();
    await settle();
    expect(calls).toBe(4);
  });

  it('takes a long silence for a break, and a heartbeat for life', async () => {
    const line = await open();
    await vi.advanceTimersByTimeAsync(30_000);
    line.beat();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes.connection()).toBe('open');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(changes.connection()).toBe('lost');
  });

  it('has everything read again when the server is another one', async () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    const line = await open();
    line.send('hello', { version: '1', startedAt: 'then' });
    await settle();
    expect(invalidate).not.toHaveBeenCalled();
    line.send('hello', { version: '1', startedAt: 'now' });
    await settle();
    expect(invalidate).toHaveBeenCalledWith({ queryKey: [] });
  });

  it.each([
    ['when the server says so', (line: Line) => line.send('session', { ended: true })],
    [
      'when it is not let in any more',
      (line: Line) => {
        answer = () => Promise.resolve(json({ title: 'Not signed in' }, 401));
        line.cut();
      },
    ],
  ])('tells that the session has ended %s', async (_, end) => {
    const expired = vi.fn();
    const stop = onSessionExpired(expired);
    const line = await open();
    end(line);
    await vi.advanceTimersByTimeAsync(1000);
    expect(expired).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(lines).toHaveLength(1);
    stop();
  });

  it('hands each change to those who listen for its kind', async () => {
    const heard = vi.fn();
    const stop = changes.on('event', heard);
    const line = await open();
    line.send('event', { change: 'new', event: { id: '1' } });
    line.send('view', {});
    await settle();
    expect(heard).toHaveBeenCalledExactlyOnceWith({ change: 'new', event: { id: '1' } });
    stop();
    line.send('event', { change: 'end', event: { id: '1' } });
    await settle();
    expect(heard).toHaveBeenCalledOnce();
  });
});
