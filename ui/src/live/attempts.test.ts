import { expect, it } from 'vitest';
import { Attempts } from './attempts';

function current(attempts: Attempts) {
  const attempt = attempts.current();
  if (!attempt) throw new Error('none left');
  return attempt;
}

it('starts with what was asked for', () => {
  const attempts = new Attempts('sub');
  expect(attempts.current()).toEqual({ stream: 'sub', transcode: false });
  expect(attempts.detour()).toBe('none');
});

it('shows the main stream of a camera that has no other', () => {
  const attempts = new Attempts('sub');
  attempts.noSuchStream(current(attempts));
  expect(attempts.current()).toEqual({ stream: 'main', transcode: false });
  expect(attempts.detour()).toBe('missing');
});

it('prefers a smaller picture to making the server encode', () => {
  const attempts = new Attempts('main');
  attempts.notPlayable(current(attempts));
  expect(attempts.current()).toEqual({ stream: 'sub', transcode: false });
  expect(attempts.detour()).toBe('codec');
});

it('has the wanted stream transcoded if neither plays', () => {
  const attempts = new Attempts('main');
  attempts.notPlayable(current(attempts));
  attempts.notPlayable(current(attempts));
  expect(attempts.current()).toEqual({ stream: 'main', transcode: true });
});

it('does not ask for the transcoding of a stream that is not there', () => {
  const attempts = new Attempts('sub');
  attempts.noSuchStream(current(attempts));
  attempts.notPlayable(current(attempts));
  expect(attempts.current()).toEqual({ stream: 'main', transcode: true });
  attempts.notPlayable(current(attempts));
  expect(attempts.current()).toBeUndefined();
});
