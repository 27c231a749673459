import { describe, expect, it } from 'vitest';
import { addressOf, startAddress, startWith } from './startView';

describe('what a device shows first', () => {
  it('is everything until somebody chose', () => {
    expect(startAddress()).toBe('/live');
  });

  it('is a view or a group that was chosen, whatever its name', () => {
    startWith({ kind: 'group', label: 'A & B' });
    expect(startAddress()).toBe('/live?group=A%20%26%20B');
    startWith({ kind: 'view', id: 'v1' });
    expect(startAddress()).toBe('/live/v1');
    startWith({ kind: 'all' });
    expect(startAddress()).toBe('/live');
    expect(addressOf({ kind: 'all' })).toBe('/live');
  });

  it('never leads elsewhere', () => {
    localStorage.setItem('vigil.startView', 'https://example.org/live');
    expect(startAddress()).toBe('/live');
  });
});
