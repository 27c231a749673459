import { expect, it } from 'vitest';
import { byCamera, followed, type Ongoing } from './ongoing';

const motion = (id: string, cameraId = 'yard'): Ongoing => ({ id, cameraId, type: 'motion', label: 'motion' });
const person = (id: string, cameraId = 'yard'): Ongoing => ({ id, cameraId, type: 'object', label: 'person' });

it('follows events from their beginning to their end', () => {
  const begun = followed([motion('a')], person('b'), false);
  expect(begun.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(followed(begun, motion('a'), true).map(({ id }) => id)).toEqual(['b']);
});

it('changes nothing for news of what is known, or over', () => {
  const before = [person('b')];
  expect(followed(before, person('b'), false)).toBe(before);
  expect(followed(before, person('x'), true)).toBe(before);
});

it('names a thing rather than mere motion', () => {
  const now = byCamera([person('a'), motion('b'), motion('c', 'hall')]);
  expect(now.get('yard')?.label).toBe('person');
  expect(now.get('hall')?.label).toBe('motion');
});
