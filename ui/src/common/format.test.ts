import { expect, it } from 'vitest';
import { decimalOf, formatTime, regional } from './format';

it('writes a language as its reader does', () => {
  expect(regional('en', ['en-GB', 'en', 'de-AT'])).toBe('en-GB');
  expect(regional('de', ['en-GB', 'en', 'de-AT'])).toBe('de-AT');
  expect(formatTime(new Date(2026, 10, 23, 15, 4), regional('en', ['en-GB']))).toBe('23/11/2026, 15:04');
});

it('knows a language without a country, and leaves odd ones', () => {
  expect(regional('en', ['en', 'de-DE'])).toBe('en');
  expect(regional('en', ['en-US@posix'])).toBe('en');
  expect(regional('de', [])).toBe('de');
});

it('knows what stands before a fraction', () => {
  expect([decimalOf('en-GB'), decimalOf('de-DE'), decimalOf('de-CH')]).toEqual(['.', ',', '.']);
});
