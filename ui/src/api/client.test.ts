import { afterEach, describe, expect, it, vi } from 'vitest';
import { json, serve } from '../test/server';
import { api, ApiProblem, keepCsrfToken, onSessionExpired, query } from './client';

afterEach(() => keepCsrfToken(undefined));

describe('api', () => {
  it('sends the CSRF token with what changes something, and only then', async () => {
    const asked = serve({ 'GET /x': () => json({}), 'PUT /x': () => json({}) });
    keepCsrfToken('secret');
    await api.get('/x');
    await api.put('/x', { a: 1 });
    expect(asked.map((it) => it.headers.get('X-Vigil-Csrf'))).toEqual([null, 'secret']);
    expect(asked[1]?.body).toEqual({ a: 1 });
    expect(asked[1]?.headers.get('Content-Type')).toBe('application/json');
  });

  it('gives a patch its media type and a form none', async () => {
    const asked = serve({ 'PATCH /x': () => json({}), 'POST /x': () => json({}) });
    await api.patch('/x', {});
    await api.post('/x', new FormData());
    expect(asked.map((it) => it.headers.get('Content-Type'))).toEqual(['application/merge-patch+json', null]);
  });

  it('makes a problem of what the server says', async () => {
    serve({
      'POST /cameras': () => json({ title: 'Invalid', detail: 'Two things.', errors: [{ pointer: '/name', detail: 'Empty' }] }, 422),
    });
    const problem = await api.post('/cameras', {}).catch((it: unknown) => it);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 422, title: 'Invalid', detail: 'Two things.', errors: [{ pointer: '/name', detail: 'Empty' }] });
  });

  it('makes a problem of an answer that is no JSON, and knows when to come back', async () => {
    serve({ 'GET /x': () => new Response('<html>', { status: 503, headers: { 'Retry-After': '7' } }) });
    await expect(api.get('/x')).rejects.toMatchObject({ status: 503, transient: true, retryAfterSeconds: 7 });
  });

  it('says status 0 when nobody answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    await expect(api.get('/x')).rejects.toMatchObject({ status: 0, transient: true });
  });

  it('leaves an abort an abort', async () => {
    const abort = new AbortController();
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('aborted', 'AbortError')));
    abort.abort();
    await expect(api.get('/x', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tells of an ended session, but not when a password is wrong', async () => {
    serve({ 'GET /x': () => json({ title: 'Not signed in' }, 401), 'POST /sessions': () => json({ title: 'Wrong' }, 401) });
    const listener = vi.fn();
    const stop = onSessionExpired(listener);
    await expect(api.post('/sessions', {}, { anonymous: true })).rejects.toMatchObject({ status: 401 });
    expect(listener).not.toHaveBeenCalled();
    await expect(api.get('/x')).rejects.toMatchObject({ status: 401 });
    expect(listener).toHaveBeenCalledOnce();
    stop();
  });

  it('has nothing to give for an empty answer', async () => {
    serve({ 'DELETE /x': () => new Response(null, { status: 204 }) });
    await expect(api.del('/x')).resolves.toBeUndefined();
  });
});

describe('query', () => {
  it('leaves out what is not there and writes times in UTC', () => {
    expect(query({ from: new Date(0), to: undefined, limit: 5, label: null })).toBe('?from=1970-01-01T00%3A00%3A00.000Z&limit=5');
    expect(query({})).toBe('');
  });
});
