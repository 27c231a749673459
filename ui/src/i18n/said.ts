/** What the server says in English, in the language that is spoken. Its sentences are patterns: `no answer from {{place}}`. */
interface Sentence {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly text: string;
}

type Texts = Readonly<Record<string, unknown>>;

/** A sentence that ends with another one, such as `sub stream: no answer from …`. */
const NESTED = 'cause';
const MOST_KNOWN = 500;

function flat(texts: Texts, before = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[before + name, value]] : flat(value as Texts, `${before}${name}.`),
  );
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** How much of a sentence is always the same: the more, the surer it is the one that was said. */
function certainty(sentence: string): number {
  return sentence.replaceAll(/{{\w+}}/g, '').length;
}

export class Sentences {
  private readonly sentences: readonly Sentence[];
  private readonly known = new Map<string, string>();

  /**
   * @param said by the server, under the names that `texts` has them by, too
   * @param value how a value of that name is written
   */
  constructor(
    said: Texts,
    texts: Texts,
    private readonly value: (name: string, value: string) => string = (_, value) => value,
  ) {
    const translated = new Map(flat(texts));
    this.sentences = flat(said)
      .sort(([, a], [, b]) => certainty(b) - certainty(a))
      .map(([name, sentence]) => ({
        pattern: new RegExp(`^${sentence.split(/{{\w+}}/).map(quoted).join('(.+?)')}$`, 's'),
        names: [...sentence.matchAll(/{{(\w+)}}/g)].map(([, placeholder]) => placeholder ?? ''),
        text: translated.get(name) ?? sentence,
      }));
  }

  /** What is not known stays as it is. */
  translated(sentence: string): string {
    const before = this.known.get(sentence);
    if (before !== undefined) return before;
    const after = this.find(sentence);
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(sentence, after);
    return after;
  }

  private find(sentence: string): string {
    for (const { pattern, names, text } of this.sentences) {
      const found = pattern.exec(sentence);
      if (found === null) continue;
      return names.reduce((all, name, i) => {
        const value = found[i + 1] ?? '';
        return all.replace(`{{${name}}}`, () => (name === NESTED ? this.translated(value) : this.value(name, value)));
      }, text);
    }
    return sentence;
  }
}
