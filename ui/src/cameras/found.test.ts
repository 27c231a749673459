import { expect, it } from 'vitest';
import type { FoundCamera } from '../api';
import { camera } from './fixtures';
import { isUnfinished, knownAs, whereOf } from './found';

const barn = camera('barn', { settings: { url: 'rtsp://192.0.2.1:554/main?channel=1' } });
const found = (url: string, address: string): FoundCamera => ({ name: 'A camera', driver: 'rtsp', settings: { url }, address });

it('knows a camera again, whatever login or usual port', () => {
  expect(knownAs(found('rtsp://admin:x@192.0.2.1/main?channel=1', '192.0.2.1'), [barn])).toEqual({ camera: barn, same: true });
});

it('knows a camera again at another port, but on this machine, where that is another camera', () => {
  expect(knownAs(found('rtsp://192.0.2.1:8554/main?channel=1', '192.0.2.1'), [barn])).toEqual({ camera: barn, same: true });
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
    const here = camera('here', { settings: { url: `rtsp://${host}:8554/main` } });
    expect(knownAs(found(`rtsp://${host}:8555/main`, host), [here])).toBeUndefined();
    expect(knownAs(found(`rtsp://${host}:8554/main`, host), [here])).toEqual({ camera: here, same: true });
    expect(knownAs(found(`rtsp://${host}:8554/other`, host), [here])).toEqual({ camera: here, same: false });
  }
});

it('tells another stream of the same device from the same stream', () => {
  expect(knownAs(found('rtsp://192.0.2.1/main?channel=2', '192.0.2.1 (2)'), [barn])).toEqual({ camera: barn, same: false });
  expect(knownAs({ ...found('', '192.0.2.1'), settings: {} }, [barn])).toEqual({ camera: barn, same: false });
});

it('takes others for new, and what is no address for nothing', () => {
  expect(knownAs(found('rtsp://192.0.2.2/main', '192.0.2.2'), [barn])).toBeUndefined();
  expect(knownAs(found('rtsp://[', '192.0.2.2'), [barn, camera('odd', { settings: { url: 'rtsp://', port: 5 } })])).toBeUndefined();
});

it('says where without a login', () => {
  expect(whereOf(found('rtsp://admin:x@192.0.2.1:8554/live/1', '192.0.2.1'))).toBe('192.0.2.1 · /live/1');
  const settings = { subUrl: 'rtsp://192.0.2.1/live/2', url: 'rtsp://192.0.2.1/live/1' };
  expect(whereOf({ ...found('', '192.0.2.1'), settings })).toBe('192.0.2.1 · /live/1');
  expect(whereOf({ ...found('', '192.0.2.9'), settings: {} })).toBe('192.0.2.9');
});

it('says which still needs a login and a path, and knows its device again', () => {
  const silent = found('rtsp://192.0.2.1:8554/', '192.0.2.1');
  expect(isUnfinished(silent)).toBe(true);
  expect(isUnfinished(found('rtsp://192.0.2.1/main', '192.0.2.1'))).toBe(false);
  expect(isUnfinished({ ...silent, settings: {} })).toBe(false);
  expect(knownAs(silent, [barn])).toEqual({ camera: barn, same: true });
});
