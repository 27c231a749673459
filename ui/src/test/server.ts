import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  body: unknown;
  headers: Headers;
}

export type Answer = (asked: Asked) => Response | Promise<Response>;

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', ...headers },
  });
}

/**
 * Answers `fetch` by `'GET /cameras'`, paths without the base and the query; what is not listed is a 404. Returns what was asked.
 */
export function serve(answers: Record<string, Answer>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
    const method = init.method ?? 'GET';
    const path = input.replace(/^\/api\/v1/, '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : init.body;
    const asked = { method, path, body, headers: new Headers(init.headers) };
    all.push(asked);
    const answer = answers[`${method} ${path.replace(/\?.*/, '')}`];
    return answer === undefined ? json({ title: 'Not found', status: 404 }, 404) : answer(asked);
  });
  return all;
}
