import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { ApiProblem, BASE, problemOf, sessionExpired } from './client';
import { keys } from './queries';
import type { ChangeKinds, KeptExport, SystemNow } from './types';

/** `lost` also stands while it is tried again. */
export type Connection = 'connecting' | 'open' | 'lost';

/** Twice the server's heartbeat and some: after that long a silence the connection is dead. */
const SILENCE_MS = 40_000;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export interface SseMessage {
  event: string;
  data: string;
}

/** Takes an event stream apart (WHATWG HTML, 9.2.6), as far as the server uses it. */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];

  push(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.data.length > 0) messages.push({ event: this.event || 'message', data: this.data.join('\n') });
        this.event = '';
        this.data = [];
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') this.event = value;
      else if (field === 'data') this.data.push(value);
    }
    return messages;
  }
}

type Handler<K extends keyof ChangeKinds> = (change: ChangeKinds[K]) => void;

/**
 * The page's one connection for news. It puts them into the query cache, comes back by itself with growing waits, and
 * after any break has everything that is on the screen read again, because nobody knows what was missed.
 */
export class Changes {
  private readonly stateListeners = new Set<() => void>();
  private readonly handlers = new Map<string, Set<(change: never) => void>>();
  private state: Connection = 'connecting';
  private abort: AbortController | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private startedAt: string | undefined;
  private stale = false;

  constructor(private readonly client: QueryClient) {}

  start() {
    if (this.abort !== undefined) return;
    this.abort = new AbortController();
    window.addEventListener('online', this.hurry);
    void this.run(this.abort);
  }

  stop() {
    window.removeEventListener('online', this.hurry);
    this.abort?.abort();
    this.abort = undefined;
    clearTimeout(this.waiting);
    this.failures = 0;
    this.startedAt = undefined;
    this.stale = false;
    this.to('connecting');
  }

  connection = (): Connection => this.state;

  onConnection = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  on<K extends keyof ChangeKinds>(kind: K, handler: Handler<K>): () => void {
    const of = this.handlers.get(kind) ?? new Set();
    this.handlers.set(kind, of);
    of.add(handler);
    return () => of.delete(handler);
  }

  /** Tries at once instead of at the end of the wait. */
  hurry = () => {
    if (this.waiting === undefined || this.abort === undefined) return;
    clearTimeout(this.waiting);
    this.waiting = undefined;
    void this.run(this.abort);
  };

  private async run(life: AbortController) {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    life.signal.addEventListener('abort', end);
    try {
      await this.listen(attempt);
    } catch (problem) {
      if (life.signal.aborted) return;
      if (problem instanceof ApiProblem && problem.status === 401) {
        this.stop();
        sessionExpired();
        return;
      }
    } finally {
      life.signal.removeEventListener('abort', end);
      attempt.abort();
    }
    if (life.signal.aborted) return;
    this.stale = true;
    this.to('lost');
    const wait = Math.min(SHORTEST_WAIT_MS * 2 ** this.failures++, LONGEST_WAIT_MS);
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      void this.run(life);
    }, wait * (0.75 + Math.random() / 2));
  }

  private async listen(attempt: AbortController) {
    let dead: ReturnType<typeof setTimeout> | undefined;
    const alive = () => {
      clearTimeout(dead);
      dead = setTimeout(() => attempt.abort(), SILENCE_MS);
    };
    try {
      alive();
      const response = await fetch(`${BASE}/changes`, {
        headers: { Accept: 'text/event-stream' },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (!response.ok) throw await problemOf(response);
      if (response.body === null) throw new ApiProblem(0, 'Empty answer');
      this.opened();
      const parser = new SseParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        alive();
        for (const message of parser.push(value)) this.take(message);
      }
    } finally {
      clearTimeout(dead);
    }
  }

  private opened() {
    this.failures = 0;
    this.to('open');
    if (!this.stale) return;
    this.stale = false;
    this.again([]);
  }

  /** Has what is on the screen read anew; a first reading that is under way may be older than the news. */
  private again(...names: (readonly unknown[])[]) {
    for (const queryKey of names) {
      const isFirst = this.client.isFetching({ queryKey, predicate: ({ state }) => state.data === undefined }) > 0;
      const read = this.client.invalidateQueries({ queryKey });
      if (isFirst) void read.then(() => this.client.invalidateQueries({ queryKey }));
    }
  }

  private take(message: SseMessage) {
    let change: never;
    try {
      change = JSON.parse(message.data) as never;
    } catch {
      return;
    }
    this.apply(message.event, change);
    for (const handler of this.handlers.get(message.event) ?? []) handler(change);
  }

  private apply(kind: string, change: unknown) {
    const client = this.client;
    switch (kind) {
      case 'hello': {
        const { startedAt } = change as ChangeKinds['hello'];
        if (this.startedAt !== undefined && this.startedAt !== startedAt) this.again([]);
        this.startedAt = startedAt;
        break;
      }
      case 'camera': {
        const { id, change: what } = change as ChangeKinds['camera'];
        if (what === 'removed') client.removeQueries({ queryKey: keys.camera(id) });
        else this.again(keys.camera(id));
        this.again(keys.cameras, keys.system);
        break;
      }
      case 'status': {
        const { id, status } = change as ChangeKinds['status'];
        client.setQueryData(keys.status(id), status);
        break;
      }
      case 'system':
        client.setQueryData(keys.systemNow, change as SystemNow);
        break;
      case 'volume':
        this.again(keys.volumes);
        break;
      case 'plugin':
        this.again(keys.plugins, ['providers']);
        break;
      case 'export': {
        const kept = change as ChangeKinds['export'];
        client.setQueryData<KeptExport[]>(keys.exports, (before) => {
          if (kept.state === 'removed') return before?.filter((it) => it.id !== kept.id);
          return before?.some((it) => it.id === kept.id)
            ? before.map((it) => (it.id === kept.id ? kept : it))
            : before && [kept, ...before];
        });
        if (kept.state !== 'running') this.again(keys.exports);
        break;
      }
      case 'view':
        this.again(keys.views);
        break;
      case 'event':
        // Who shows events puts in what is told; lists that nobody looks at now are read again when somebody does.
        void client.invalidateQueries({ queryKey: keys.events, refetchType: 'none' });
        break;
      case 'session':
        if ((change as ChangeKinds['session']).ended) {
          this.stop();
          sessionExpired();
        }
        break;
    }
  }

  private to(state: Connection) {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }
}

let current: Changes | undefined;

/** The connection of this page; made once. */
export function changesOf(client: QueryClient): Changes {
  current ??= new Changes(client);
  return current;
}

const unconnected = () => 'connecting' as const;

export function useConnection(): Connection {
  return useSyncExternalStore(current?.onConnection ?? (() => () => undefined), current?.connection ?? unconnected);
}

/** Calls the newest `handler` for each change of that kind while the component is there. */
export function useChange<K extends keyof ChangeKinds>(kind: K, handler: Handler<K>) {
  const newest = useRef(handler);
  useEffect(() => {
    newest.current = handler;
  });
  const client = useQueryClient();
  useEffect(() => changesOf(client).on(kind, (change) => newest.current(change)), [client, kind]);
}
