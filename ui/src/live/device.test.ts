import { expect, it } from 'vitest';
import { changeDevice, deviceSettings, streamFor } from './device';

it('goes by the size until this device is told otherwise', () => {
  expect(deviceSettings()).toEqual({ streams: 'auto', calm: false, fill: false });
  expect(streamFor({ streams: 'auto' }, undefined, false)).toBe('auto');
  expect(streamFor({ streams: 'auto' }, 'sub', false)).toBe('sub');
  expect(streamFor({ streams: 'auto' }, 'sub', true)).toBe('main');
});

it('saves, or takes the best, whatever a view asks for', () => {
  expect(streamFor({ streams: 'save' }, 'main', true)).toBe('sub');
  expect(streamFor({ streams: 'best' }, 'sub', false)).toBe('main');
});

it('remembers what was chosen', () => {
  changeDevice({ streams: 'save' });
  changeDevice({ calm: true });
  expect(deviceSettings()).toEqual({ streams: 'save', calm: true, fill: false });
});

it.each(['', 'null', '[]', '{"streams":"all","calm":"yes"}', '{'])('takes %j for nothing', (text) => {
  localStorage.setItem('vigil.device', text);
  expect(deviceSettings()).toEqual({ streams: 'auto', calm: false, fill: false });
});
