import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { Sentences } from './said';

type Texts = Record<string, unknown>;

/** A namespace for each file, `en/live.json` being `live`. A language's files are one chunk, fetched when it is spoken. */
const files = import.meta.glob<Texts>('./*/*.json', { import: 'default' });

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

export function isLanguage(value: unknown): value is Language {
  return languages.includes(value as Language);
}

/** What the server says is a text of ours only where it has to be said in another language. */
const SERVER = 'server';
const ENGLISH = './en/server.json';

const sentences = new Map<string, Sentences>();

/** What the server said, in the language that is spoken, as far as it is known. */
export function said(sentence: string): string {
  return sentences.get(i18next.language)?.translated(sentence) ?? sentence;
}

/** Numbers with a fraction; there are versions and addresses, too, which look like them. */
const NUMBERS = new Set(['score', 'least', 'share', 'size']);

function written(language: Language): (name: string, value: string) => string {
  const point = new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  return (name, value) => {
    if (name === 'label') return i18next.t(`events:labels.${value}`, { defaultValue: value });
    return NUMBERS.has(name) ? value.replace('.', point) : value;
  };
}

async function textsOf(language: Language): Promise<Record<string, Texts>> {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`) && path !== ENGLISH);
  const texts = await Promise.all(own.map(([, load]) => load()));
  const areas = Object.fromEntries(own.map(([path], index) => [path.slice(5, -'.json'.length), texts[index] ?? {}]));
  if (areas[SERVER]) sentences.set(language, new Sentences((await files[ENGLISH]?.()) ?? {}, areas[SERVER], written(language)));
  return areas;
}

/** Where the language is kept between visits; an account's own wish comes after sign-in. */
const KEPT = 'vigil.language';

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((it) => it.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

export async function speak(language: Language) {
  if (!i18next.hasResourceBundle(language, 'common')) {
    for (const [area, texts] of Object.entries(await textsOf(language))) {
      i18next.addResourceBundle(language, area, texts);
    }
  }
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
}

export async function startI18n(language: Language = firstLanguage()) {
  await i18next.use(initReactI18next).init({
    resources: { [language]: await textsOf(language) },
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
    initAsync: false,
  });
  document.documentElement.lang = language;
}

export default i18next;
