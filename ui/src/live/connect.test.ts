import { expect, it } from 'vitest';
import { json, serve } from '../test/server';
import { addressOf, portsTo } from './connect';

const probe = () => portsTo('door').probe();

it('asks for the stream by name', () => {
  expect(addressOf('front door', { stream: 'sub', transcode: false })).toMatch(
    /^ws:\/\/[^/]+\/api\/v1\/cameras\/front%20door\/live\?stream=sub$/,
  );
  expect(addressOf('door', { stream: 'main', transcode: true })).toMatch(/\?stream=main&transcode=h264$/);
});

it('tells a camera that is gone from a server that is starting', async () => {
  serve({ 'GET /cameras/door': () => json({ title: 'Not found', status: 404, detail: 'There is no such thing.' }, 404) });
  expect(await probe()).toBe('unknown camera');
  serve({ 'GET /cameras/door': () => new Response('<h1>Not Found</h1>', { status: 404 }) });
  expect(await probe()).toBe('unreachable');
  serve({ 'GET /cameras/door': () => json({ title: 'Away', status: 503 }, 503) });
  expect(await probe()).toBe('unreachable');
});

it('knows who may not, and when nothing is wrong', async () => {
  serve({ 'GET /cameras/door': () => json({ title: 'Forbidden', status: 403 }, 403) });
  expect(await probe()).toBe('unauthorized');
  serve({ 'GET /cameras/door': () => json({ id: 'door' }) });
  expect(await probe()).toBe('ok');
});
