import Form, { type IChangeEvent } from '@rjsf/core';
import {
  toErrorSchema,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  type UiSchema,
  type ValidatorType,
} from '@rjsf/utils';
import { useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { WrongField } from '../api';
import { cspValidator } from './cspValidator';
import { schemaTheme, type FormContext } from './schemaTheme';
import { useTranslated } from './schemaTexts';
import { secretNames, type Settings } from './settings';

export interface SchemaFormHandle {
  /** Shows what is wrong at each field, moves to the first, and says whether all is well. */
  validate(): boolean;
}

interface SchemaFormProps {
  schema: RJSFSchema;
  /** Whose settings these are, such as `driver.rtsp`, for texts that Vigil has in the language that is spoken. */
  provider?: string;
  value: Settings;
  onChange: (value: Settings) => void;
  /** Secrets that the server holds already. */
  secretsSet?: readonly string[];
  /** What the server said; pointers start at the settings themselves. */
  errors?: readonly WrongField[];
  idPrefix?: string;
  disabled?: boolean;
  ref?: Ref<SchemaFormHandle>;
}

const NONE: readonly never[] = [];

type TheForm = Form<Settings, RJSFSchema, FormContext>;

function property(pointer: string): string {
  return `.${pointer
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
    .join('.')}`;
}

/** A form made from a plugin's JSON Schema. It is part of a larger form and has no button of its own. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema: told, provider, value, onChange, secretsSet = NONE, errors = NONE, idPrefix = 'settings', disabled, ref } = props;
  const { t } = useTranslation('cameras');
  const schema = useTranslated(told, provider);
  const form = useRef<TheForm>(null);
  const [checked, setChecked] = useState(false);

  // A server's complaint stands until its field is changed.
  const said = JSON.stringify(errors);
  const [complaint, setComplaint] = useState({ said, errors, about: value });
  if (complaint.said !== said) {
    setComplaint({ said, errors, about: value });
  }
  const extraErrors = useMemo(() => {
    const standing = complaint.errors.filter(({ pointer }) => {
      const first = property(pointer).slice(1).split('.')[0] ?? '';
      return value[first] === complaint.about[first];
    });
    return toErrorSchema<Settings>(
      standing.map(
        ({ pointer, detail }): RJSFValidationError => ({
          property: property(pointer),
          message: detail,
          stack: detail,
        }),
      ),
    );
  }, [complaint, value]);

  useImperativeHandle(ref, () => ({
    validate() {
      setChecked(true);
      const good = form.current?.validateForm() ?? true;
      if (!good) {
        requestAnimationFrame(() =>
          document.querySelector<HTMLElement>(`[id^="${idPrefix}_"][aria-invalid="true"]`)?.focus(),
        );
      }
      return good;
    },
  }));

  const secrets = useMemo(() => secretNames(schema), [schema]);
  const held = secretsSet.join('\n');
  const { shown, uiSchema, validator } = useMemo(() => {
    const names = held === '' ? [] : held.split('\n');
    const shown: RJSFSchema = {
      ...schema,
      // What the server holds need not be typed again.
      required: schema.required?.filter((name) => !names.includes(name)),
    };
    const uiSchema: UiSchema<Settings, RJSFSchema, FormContext> = {};
    for (const name of secrets) {
      uiSchema[name] = { 'ui:widget': 'PasswordWidget' };
    }
    // A secret to be removed is null until it is saved, which the schema does not know.
    const withoutNull = (data: unknown) =>
      Object.fromEntries(Object.entries((data ?? {}) as Settings).filter(([, one]) => one !== null));
    const validator = {
      ...cspValidator,
      validateFormData: (data: unknown, ...rest: unknown[]) =>
        (cspValidator.validateFormData as (...all: unknown[]) => unknown)(withoutNull(data), ...rest),
    } as ValidatorType<Settings, RJSFSchema, FormContext>;
    return { shown, uiSchema, validator };
  }, [schema, secrets, held]);

  const context = useMemo<FormContext>(
    () => ({ secretsSet: held === '' ? [] : held.split('\n'), needed: schema.required ?? [] }),
    [held, schema],
  );

  const transformErrors: ErrorTransformer<Settings, RJSFSchema, FormContext> = (found) =>
    found.map((error) => {
      const text = t(`form.errors.${error.name ?? 'other'}`, {
        limit: (error.params as { limit?: unknown } | undefined)?.limit,
        defaultValue: error.message ?? t('form.errors.other'),
      });
      return { ...error, message: text, stack: text };
    });

  return (
    <Form<Settings, RJSFSchema, FormContext>
      {...(schemaTheme as object)}
      ref={form}
      tagName="div"
      schema={shown}
      uiSchema={uiSchema}
      validator={validator}
      formData={value}
      formContext={context}
      onChange={(event: IChangeEvent<Settings>) => {
        if (event.formData) {
          onChange(event.formData);
        }
      }}
      extraErrors={extraErrors}
      transformErrors={transformErrors}
      liveValidate={checked ? 'onChange' : undefined}
      showErrorList={false}
      noHtml5Validate
      idPrefix={idPrefix}
      disabled={disabled}
    >
      {/* No button: the form around has it. */}
      <></>
    </Form>
  );
}
