import type { RJSFSchema } from '@rjsf/utils';
import { describe, expect, it } from 'vitest';
import { cspValidator } from './cspValidator';

const schema: RJSFSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', minLength: 3 },
    transport: { type: 'string', oneOf: [{ const: 'tcp' }, { const: 'udp' }] },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    tags: { type: 'array', items: { type: 'string', maxLength: 2 } },
    inner: { $ref: '#/$defs/inner' },
  },
  required: ['url'],
  additionalProperties: false,
  $defs: { inner: { type: 'object', properties: { depth: { type: 'number', maximum: 1 } } } },
};

const errorsOf = (data: unknown) =>
  cspValidator.validateFormData(data, schema).errors.map(({ name, property }) => `${name ?? ''} ${property ?? ''}`);

describe('cspValidator', () => {
  it('accepts what fits', () => {
    expect(errorsOf({ url: 'abc', transport: 'udp', port: 554, tags: ['a'], inner: { depth: 0.5 } })).toEqual([]);
  });

  it('names a missing field at the field', () => {
    expect(errorsOf({})).toEqual(['required .url']);
    expect(cspValidator.validateFormData({}, schema).errorSchema).toHaveProperty('url.__errors');
  });

  it('reports a wrong choice once, not once for each branch', () => {
    expect(errorsOf({ url: 'abc', transport: 'pigeon' })).toEqual(['oneOf .transport']);
  });

  it('finds mistakes inside lists and behind references', () => {
    expect(errorsOf({ url: 'abc', tags: ['a', 'long'], inner: { depth: 2 } })).toEqual([
      'maxLength .tags.1',
      'maximum .inner.depth',
    ]);
  });

  it('reports fields that the schema does not know', () => {
    expect(errorsOf({ url: 'abc', what: 1 })).not.toEqual([]);
  });

  it('tells the limit that was passed, for a message of our own', () => {
    const [error] = cspValidator.validateFormData({ url: 'abc', port: 70_000 }, schema).errors;
    expect(error?.params).toMatchObject({ limit: 65_535 });
  });

  it('makes no code at run time', () => {
    const original = globalThis.Function;
    globalThis.Function = (() => {
      throw new EvalError('forbidden');
    }) as unknown as FunctionConstructor;
    try {
      expect(errorsOf({ url: 'abc' })).toEqual([]);
      expect(cspValidator.isValid({ const: 'x' }, 'x', schema)).toBe(true);
      expect(cspValidator.isValid({ const: 'x' }, 'y', schema)).toBe(false);
    } finally {
      globalThis.Function = original;
    }
  });
});
