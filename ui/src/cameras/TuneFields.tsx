import { Button, Group, Skeleton, Slider, Stack, Switch, Text } from '@mantine/core';
import type { RJSFSchema } from '@rjsf/utils';
import { IconRestore } from '@tabler/icons-react';
import { lazy, Suspense, useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../common';
import { useTranslated } from './schemaTexts';
import { splitUnit } from './units';
import classes from './TunerPage.module.css';
import { chosenOf, type Settings } from './settings';

const SchemaForm = lazy(async () => ({ default: (await import('./SchemaForm')).SchemaForm }));

type Property = Exclude<NonNullable<RJSFSchema['properties']>[string], boolean>;

interface TuneFieldsProps {
  schema: RJSFSchema;
  provider: string;
  value: Settings;
  onChange: (value: Settings) => void;
}

function isRange({ type, minimum, maximum }: Property): boolean {
  return (type === 'number' || type === 'integer') && minimum !== undefined && maximum !== undefined;
}

/** A slider for each number that has bounds, a switch for each that is on or off, and fields for the rest. */
export function TuneFields({ schema: told, provider, value, onChange }: TuneFieldsProps) {
  const { t } = useTranslation('cameras');
  const schema = useTranslated(told, provider);
  const properties = Object.entries(schema.properties ?? {}).filter((one): one is [string, Property] => typeof one[1] === 'object');
  const rest = useMemo(
    () => ({
      ...told,
      required: [],
      properties: Object.fromEntries(
        Object.entries(told.properties ?? {}).filter(
          ([, one]) => typeof one === 'object' && !isRange(one) && one.type !== 'boolean',
        ),
      ),
    }),
    [told],
  );
  const set = (name: string, next: unknown) => onChange({ ...value, [name]: next });
  const changed = properties.some(([name, { default: or }]) => value[name] !== undefined && value[name] !== or);
  return (
    <Stack gap="lg">
      {properties.map(([name, property]) =>
        isRange(property) ? (
          <Range key={name} property={property} value={value[name]} onChange={(next) => set(name, next)} />
        ) : property.type === 'boolean' ? (
          <Switch
            key={name}
            label={property.title ?? name}
            description={property.description}
            checked={(value[name] ?? property.default) === true}
            onChange={(event) => set(name, event.currentTarget.checked)}
          />
        ) : null,
      )}
      {Object.keys(rest.properties).length > 0 && (
        <Suspense fallback={<Skeleton height={58} />}>
          <SchemaForm
            schema={rest}
            provider={provider}
            value={value}
            onChange={(filled) => {
              const next = chosenOf(told, value, filled);
              if (JSON.stringify(next) !== JSON.stringify(value)) {
                onChange(next);
              }
            }}
            idPrefix="tune"
          />
        </Suspense>
      )}
      <Group>
        <Button
          size="xs"
          variant="default"
          disabled={!changed}
          leftSection={<IconRestore size={16} aria-hidden />}
          onClick={() => onChange({ ...value, ...Object.fromEntries(properties.map(([name, { default: or }]) => [name, or])) })}
        >
          {t('tuner.defaults')}
        </Button>
      </Group>
    </Stack>
  );
}

function Range({ property, value, onChange }: { property: Property; value: unknown; onChange: (value: number) => void }) {
  const { t } = useTranslation('cameras');
  const format = useFormat();
  const id = useId();
  const { minimum: least = 0, maximum: most = 1, default: or, type, multipleOf, title = '', description } = property;
  const { label, unit } = splitUnit(title);
  const now = typeof value === 'number' ? value : typeof or === 'number' ? or : least;
  const step = multipleOf ?? (type === 'integer' ? 1 : most - least <= 2 ? 0.01 : most - least <= 100 ? 0.1 : 1);
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const usual = typeof or === 'number' && or >= least && or <= most ? or : undefined;
  return (
    <div className={classes.range}>
      <div className={classes.rangeHead}>
        <Text size="sm" fw={500} id={id}>
          {label}
        </Text>
        <output>
          {format.number(now, { maximumFractionDigits: digits })}
          {unit && ` ${unit}`}
        </output>
      </div>
      <Slider
        min={least}
        max={most}
        step={step}
        value={now}
        label={null}
        size="sm"
        thumbProps={{ 'aria-labelledby': id }}
        thumbLabel={label}
        marks={usual === undefined ? [] : [{ value: usual }]}
        onChange={(next) => onChange(Number(next.toFixed(digits + 1)))}
      />
      <Text size="xs" c="dimmed">
        {[description, usual !== undefined && t('tuner.usual', { value: format.number(usual) })].filter(Boolean).join(' ')}
      </Text>
    </div>
  );
}
