import { said } from '../i18n';

export const BASE = '/api/v1';

/** One field the server refused; `pointer` is a JSON Pointer into the request's body, or names a query parameter. */
export interface WrongField {
  pointer: string;
  detail: string;
}

/** What the server answered instead (RFC 9457), or `status` 0 if it did not answer. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string | undefined = undefined,
    readonly errors: readonly WrongField[] = [],
    readonly retryAfterSeconds: number | undefined = undefined,
    readonly type = 'about:blank',
  ) {
    super(detail ?? title);
    this.name = 'ApiProblem';
  }

  /** The password was sent too long ago for this. */
  get unconfirmed(): boolean {
    return this.type === 'urn:vigil:problem:unconfirmed';
  }

  /** Nobody answered, or somebody said that it will pass. */
  get transient(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export interface CallOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** For asking whether somebody is signed in: 401 is then an answer and no end of the session. */
  anonymous?: boolean;
}

let csrfToken: string | undefined;
const expiryListeners = new Set<() => void>();

export function keepCsrfToken(token: string | null | undefined) {
  csrfToken = token ?? undefined;
}

/** Tells whenever the server no longer knows the session; returns how to stop listening. */
export function onSessionExpired(listener: () => void): () => void {
  expiryListeners.add(listener);
  return () => expiryListeners.delete(listener);
}

export function sessionExpired() {
  csrfToken = undefined;
  for (const listener of expiryListeners) listener();
}

export interface ProblemBody {
  type?: string;
  title?: string;
  detail?: string;
  errors?: WrongField[];
}

/** In the language that is spoken, as far as the server's sentences are known. */
export function problemFrom(status: number, { type, title, detail, errors = [] }: ProblemBody, retryAfterSeconds?: number): ApiProblem {
  const wrong = errors.map((it) => ({ ...it, detail: said(it.detail) }));
  return new ApiProblem(status, title ?? String(status), detail && said(detail), wrong, retryAfterSeconds, type);
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const wait = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(wait) && wait > 0 ? wait : undefined;
  const { status, statusText } = response;
  const title = statusText || String(status);
  try {
    return problemFrom(status, { title, ...((await response.json()) as ProblemBody) }, retryAfter);
  } catch {
    return new ApiProblem(status, title, undefined, [], retryAfter);
  }
}

/** The raw answer, for those who stream; throws {@link ApiProblem} for everything but 2xx. */
export async function call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal };
  if (body instanceof FormData || body instanceof Blob) {
    init.body = body;
  } else if (body !== undefined) {
    headers['Content-Type'] ??= method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    init.body = JSON.stringify(body);
  }
  if (method !== 'GET' && method !== 'HEAD' && csrfToken !== undefined) headers['X-Vigil-Csrf'] = csrfToken;

  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiProblem(0, 'No connection');
  }
  if (response.ok) return response;
  if (response.status === 401 && !options.anonymous) sessionExpired();
  throw await problemOf(response);
}

async function json<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<T> {
  const response = await call(method, path, body, options);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Paths are without the base: `api.get<Camera>('/cameras/yard')`. A `FormData` body is sent as multipart. */
export const api = {
  get: <T>(path: string, options?: CallOptions) => json<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => json<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => json<T>('PUT', path, body, options),
  patch: <T>(path: string, body?: unknown, options?: CallOptions) => json<T>('PATCH', path, body, options),
  del: <T = void>(path: string, options?: CallOptions) => json<T>('DELETE', path, undefined, options),
};

/** A query string from what is defined: `query({from, to: undefined})` is `?from=…`. */
export function query(parameters: Record<string, string | number | boolean | Date | undefined | null>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null) continue;
    search.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
