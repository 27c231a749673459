import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import {
  toErrorSchema,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils';

/**
 * Checks form data against JSON Schema by interpreting the schema. The usual validator of rjsf makes
 * code at run time, which `script-src 'self'` forbids.
 *
 * Branches of `oneOf` and `anyOf` are not reported one by one: a value that is none of five choices
 * is one mistake. The same holds for the keywords that only say that something inside is wrong.
 */
const CONTAINERS = new Set(['properties', 'items', 'prefixItems', 'allOf', '$ref', 'if', 'then', 'else']);
const BRANCH = /\/(oneOf|anyOf|not)\/?/;

function steps(pointer: string): string[] {
  return pointer
    .replace(/^#?\/?/, '')
    .split('/')
    .filter((step) => step !== '')
    .map((step) => decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~'));
}

function valueAt(root: unknown, pointer: string): unknown {
  return steps(pointer).reduce<unknown>(
    (at, step) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[step] : undefined),
    root,
  );
}

/** What keeps a branch's own errors out: the branching keyword stands before the last step. */
function insideBranch(error: OutputUnit): boolean {
  const above = error.keywordLocation.slice(0, error.keywordLocation.lastIndexOf('/'));
  return BRANCH.test(`${above}/`);
}

function errorOf(error: OutputUnit, schema: RJSFSchema): RJSFValidationError {
  const path = steps(error.instanceLocation);
  const named = /"([^"]+)"/.exec(error.error)?.[1];
  if (error.keyword === 'required' && named !== undefined) {
    path.push(named);
  }
  return {
    name: error.keyword,
    property: `.${path.join('.')}`,
    message: error.error,
    stack: error.error,
    params: { limit: valueAt(schema, error.keywordLocation), path },
  };
}

function check(schema: RJSFSchema, data: unknown): RJSFValidationError[] {
  const { errors } = new Validator(schema as Schema, '2020-12', false).validate(data);
  const seen = new Set<string>();
  return errors
    .filter((error) => !CONTAINERS.has(error.keyword) && !insideBranch(error) && error.keyword !== 'false')
    .map((error) => errorOf(error, schema))
    .filter((error) => {
      const key = `${error.name ?? ''} ${error.property ?? ''}`;
      return seen.has(key) ? false : seen.add(key);
    });
}

export const cspValidator: ValidatorType = {
  validateFormData(data: unknown, schema: RJSFSchema, _custom, transform?: ErrorTransformer, uiSchema?) {
    const found = check(schema, data);
    const errors = transform ? transform(found, uiSchema) : found;
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid(schema: RJSFSchema, data: unknown, root: RJSFSchema) {
    const whole = { ...schema, definitions: root.definitions, $defs: root.$defs } as Schema;
    return new Validator(whole, '2020-12').validate(data ?? {}).valid;
  },
  rawValidation(schema: RJSFSchema, data?: unknown) {
    return { errors: check(schema, data) as never[] };
  },
};
