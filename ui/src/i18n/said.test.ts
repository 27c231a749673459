import { afterEach, describe, expect, it } from 'vitest';
import { Sentences } from './said';
import english from './en/server.json';
import german from './de/server.json';
import { said, speak, startI18n } from '.';

const sentences = new Sentences(english, german);

describe('the server’s sentences', () => {
  it.each([
    ['no answer from 192.0.2.10:554', 'keine Antwort von 192.0.2.10:554'],
    ['sub stream: no answer from cam.lan', 'kleiner Stream: keine Antwort von cam.lan'],
    ['must be from 0 to 3600', 'muss von 0 bis 3600 sein'],
    ['must be 1 to 100 characters of text', 'muss aus 1 bis 100 Zeichen Text bestehen'],
    ['must have 12 to 128 characters', 'muss 12 bis 128 Zeichen haben'],
    ['the camera has no stream /live (not found)', 'die Kamera hat keinen Stream /live'],
    [
      'seen in 3 of 5 frames; at most 2 regions, 1.20 % of the picture, in zone Yard, Gate',
      'in 3 von 5 Bildern gesehen; höchstens 2 Bereiche, 1.20 % des Bildes, in Zone Yard, Gate',
    ],
  ])('%s', (sentence, text) => {
    expect(sentences.translated(sentence)).toBe(text);
    expect(sentences.translated(sentence)).toBe(text);
  });

  it('leaves what it does not know', () => {
    expect(sentences.translated('flux capacitor is cold')).toBe('flux capacitor is cold');
    expect(sentences.translated('the model $& does not know a.b')).toBe('das Modell $& kennt a.b nicht');
  });

  it('knows each pattern by itself', () => {
    for (const [area, texts] of Object.entries(english)) {
      for (const [name, text] of Object.entries(texts)) {
        const filled = text.replaceAll(/{{\w+}}/g, '7');
        const wanted = (german as Record<string, Record<string, string>>)[area]?.[name]?.replaceAll(/{{\w+}}/g, '7');
        expect(sentences.translated(filled)).toBe(wanted);
      }
    }
  });
});

describe('what is shown', () => {
  afterEach(() => speak('en'));

  it('goes by the language that is spoken', async () => {
    await startI18n('en');
    expect(said('is required')).toBe('is required');
    await speak('de');
    expect(said('is required')).toBe('wird gebraucht');
    expect(said('dog 0.87, at least 0.50 was asked; seen in 3 of 5 frames')).toBe(
      'Hund 0,87, verlangt war 0,50; in 3 von 5 Bildern gesehen',
    );
    expect(said('0.42 % of the picture differs; 0.30 % is enough')).toBe('0,42 % des Bildes sind anders; 0,30 % genügen');
    await speak('en');
    expect(said('is required')).toBe('is required');
  });
});
