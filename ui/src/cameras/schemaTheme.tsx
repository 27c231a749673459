import { Box, Button, Group, NumberInput, PasswordInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { generateTheme } from '@rjsf/mantine';
import {
  getInputProps,
  type BaseInputTemplateProps,
  type FieldTemplateProps,
  type ObjectFieldTemplateProps,
  type RJSFSchema,
  type WidgetProps,
} from '@rjsf/utils';
import { IconLock, IconLockOff, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../common';
import { splitUnit } from './units';

/** What a form's parts know of the form. */
export interface FormContext {
  /** Names of secrets that the server holds; it never tells their values. */
  secretsSet: readonly string[];
  /** Secrets that there must be, and so cannot be removed. */
  needed: readonly string[];
}

/** As it is entered. */
const PLAIN: Intl.NumberFormatOptions = { useGrouping: false, maximumFractionDigits: 6 };

function useHint(schema: RJSFSchema): string | undefined {
  const { t } = useTranslation('cameras');
  const { number } = useFormat();
  const { minimum, maximum, description } = schema;
  const least = minimum === undefined ? undefined : number(minimum, PLAIN);
  const most = maximum === undefined ? undefined : number(maximum, PLAIN);
  let range = '';
  if (least !== undefined && most !== undefined) {
    range = t('form.range', { least, most });
  } else if (least !== undefined) {
    range = t('form.atLeast', { least });
  } else if (most !== undefined) {
    range = t('form.atMost', { most });
  }
  return [description, range].filter(Boolean).join(' ') || undefined;
}

function errorText(errors: string[] | undefined): string | undefined {
  return errors && errors.length > 0 ? errors.join(' ') : undefined;
}

function FieldTemplate({ hidden, children }: FieldTemplateProps) {
  return hidden ? <Box display="none">{children}</Box> : <Box>{children}</Box>;
}

/** The heading is the page's; a schema's own would come at a level that does not fit there. */
function ObjectFieldTemplate({ properties, title, fieldPathId }: ObjectFieldTemplateProps) {
  const nested = fieldPathId.path.length > 0;
  return (
    <Stack gap="md" role={nested ? 'group' : undefined} aria-label={nested ? title : undefined}>
      {nested && (
        <Text fw={600} size="sm">
          {title}
        </Text>
      )}
      {properties.map((property) => (
        <Box key={property.name}>{property.content}</Box>
      ))}
    </Stack>
  );
}

function BaseInputTemplate(props: BaseInputTemplateProps) {
  const { id, schema, type, options, value, required, disabled, readonly, label, hideLabel, rawErrors } = props;
  const input = getInputProps(schema, type, options, false);
  const hint = useHint(schema);
  const { label: name, unit } = splitUnit(label);
  const { decimal } = useFormat();
  const common = {
    id,
    name: id,
    label: hideLabel ? undefined : name,
    'aria-label': hideLabel ? name : undefined,
    description: hint,
    error: errorText(rawErrors),
    required,
    disabled,
    readOnly: readonly,
    placeholder: props.placeholder,
    onBlur: () => props.onBlur(id, value),
    onFocus: () => props.onFocus(id, value),
  };
  if (schema.type === 'number' || schema.type === 'integer') {
    return (
      <NumberInput
        {...common}
        // Where the browser's language has a decimal comma, rjsf writes numbers as texts with one.
        value={typeof value === 'string' ? value.replace(',', '.') : (value ?? '')}
        decimalSeparator={decimal}
        valueIsNumericString
        onChange={(next) => props.onChange(next === '' ? undefined : next)}
        min={schema.minimum}
        max={schema.maximum}
        clampBehavior="none"
        allowDecimal={schema.type !== 'integer'}
        step={schema.type === 'integer' ? 1 : ((schema.multipleOf ?? (schema.maximum ?? 100) <= 1) ? 0.05 : 1)}
        suffix={unit === '' ? undefined : ` ${unit}`}
      />
    );
  }
  return (
    <TextInput
      {...common}
      type={input.type === 'url' || input.type === 'uri' ? 'text' : input.type}
      value={value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
      rightSection={unit === '' ? undefined : <Text size="xs">{unit}</Text>}
    />
  );
}

function SwitchWidget({ id, label, value, schema, disabled, readonly, onChange, rawErrors }: WidgetProps) {
  return (
    <Switch
      id={id}
      name={id}
      label={label}
      description={schema.description}
      checked={value === true}
      disabled={disabled || readonly}
      error={errorText(rawErrors)}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function SelectWidget(props: WidgetProps) {
  const { id, label, value, schema, options, multiple, required, disabled, readonly, onChange, rawErrors } = props;
  const hint = useHint(schema);
  const choices = options.enumOptions ?? [];
  if (multiple) {
    return <Multiple {...props} />;
  }
  const chosen = choices.findIndex((choice) => choice.value === value);
  return (
    <Select
      id={id}
      name={id}
      label={label}
      description={hint}
      data={choices.map((choice, i) => ({ value: String(i), label: choice.label }))}
      value={chosen < 0 ? null : String(chosen)}
      onChange={(index) => onChange(index === null ? undefined : choices[Number(index)]?.value)}
      allowDeselect={false}
      clearable={!required && schema.default === undefined}
      required={required}
      disabled={disabled || readonly}
      error={errorText(rawErrors)}
    />
  );
}

function Multiple({ id, label, value, options, disabled, readonly, onChange }: WidgetProps) {
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  return (
    <Stack gap="xs" role="group" aria-label={label} id={id}>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      {(options.enumOptions ?? []).map((choice) => (
        <Switch
          key={String(choice.value)}
          label={choice.label}
          checked={chosen.includes(choice.value)}
          disabled={disabled || readonly}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? [...chosen, choice.value]
                : chosen.filter((other) => other !== choice.value),
            )
          }
        />
      ))}
    </Stack>
  );
}

/**
 * A secret is written, never read. `undefined` keeps what the server has, a text replaces it and
 * `null` removes it; only people decide which.
 */
function SecretWidget(props: WidgetProps<unknown, RJSFSchema, FormContext>) {
  const { id, label, value, schema, required, disabled, readonly, rawErrors, onChange, registry } = props;
  const { t } = useTranslation('cameras');
  const name = String(id.split('_').at(-1));
  const isSet = registry.formContext.secretsSet.includes(name);
  const needed = registry.formContext.needed.includes(name);
  const [changing, setChanging] = useState(false);
  const removed = value === null;
  const error = errorText(rawErrors);

  if (!isSet || changing || typeof value === 'string') {
    return (
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <PasswordInput
          id={id}
          name={id}
          label={label}
          description={schema.description}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
          required={required || needed}
          disabled={disabled || readonly}
          error={error}
          autoFocus={changing}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('form.showSecret'), tabIndex: 0 }}
          style={{ flex: 1 }}
        />
        {isSet && (
          <Button
            variant="default"
            onClick={() => {
              setChanging(false);
              onChange(undefined);
            }}
          >
            {t('form.keepSecret')}
          </Button>
        )}
      </Group>
    );
  }
  return (
    <Stack gap={4} role="group" aria-labelledby={`${id}-label`}>
      <Text id={`${id}-label`} size="sm" fw={500}>
        {label}
      </Text>
      <Group gap="xs">
        {removed ? <IconLockOff size={18} aria-hidden /> : <IconLock size={18} aria-hidden />}
        <Text size="sm" style={{ flex: 1 }}>
          {removed ? t('form.secretRemoved') : t('form.secretSet')}
        </Text>
        {removed ? (
          <Button size="xs" variant="default" onClick={() => onChange(undefined)}>
            {t('form.undoRemove')}
          </Button>
        ) : (
          <>
            <Button
              size="xs"
              variant="default"
              disabled={disabled || readonly}
              aria-describedby={`${id}-label`}
              onClick={() => setChanging(true)}
            >
              {t('form.changeSecret')}
            </Button>
            {!needed && (
              <Button
                size="xs"
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={14} aria-hidden />}
                disabled={disabled || readonly}
                aria-describedby={`${id}-label`}
                onClick={() => onChange(null)}
              >
                {t('form.removeSecret')}
              </Button>
            )}
          </>
        )}
      </Group>
      {error !== undefined && (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}

const None = () => null;
const base = generateTheme<unknown, RJSFSchema, FormContext>();

export const schemaTheme = {
  ...base,
  templates: {
    ...base.templates,
    FieldTemplate,
    ObjectFieldTemplate,
    BaseInputTemplate,
    FieldErrorTemplate: None,
    DescriptionFieldTemplate: None,
    TitleFieldTemplate: None,
    ErrorListTemplate: None,
  },
  widgets: {
    ...base.widgets,
    CheckboxWidget: SwitchWidget,
    SelectWidget,
    PasswordWidget: SecretWidget,
  },
};
