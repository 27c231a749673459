import { Group, NumberInput, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { WrongField } from '../api';
import type { Recording, Retention } from './draft';

const GIB = 1024 ** 3;

interface RecordingFieldsProps {
  value: Recording;
  onChange: (value: Recording) => void;
  /** Modes whose recorders are installed. */
  modes: readonly string[];
  /** Pointers start at the recording. */
  errors?: readonly WrongField[];
}

export function RecordingFields({ value, onChange, modes, errors = [] }: RecordingFieldsProps) {
  const { t } = useTranslation('cameras');
  const id = useId();
  const choices = [...new Set([...modes, value.mode, 'off'])];
  const wrong = (pointer: string) => errors.find((one) => one.pointer === pointer)?.detail;
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Text size="sm" fw={500} id={`${id}-mode`}>
          {t('recording.mode')}
        </Text>
        <SegmentedControl
          aria-labelledby={`${id}-mode`}
          value={value.mode}
          onChange={(mode) => onChange({ ...value, mode })}
          data={choices.map((mode) => ({
            value: mode,
            label: t(`recording.modes.${mode}`, { defaultValue: mode }),
          }))}
          w="fit-content"
        />
        <Text size="xs" c="dimmed">
          {t(`recording.modeHints.${value.mode}`, { defaultValue: '' })}
        </Text>
        {wrong('/mode') && (
          <Text size="xs" c="red" role="alert">
            {wrong('/mode')}
          </Text>
        )}
      </Stack>
      {value.mode !== 'off' && (
        <>
          <Stack gap={6}>
            <Text size="sm" fw={500} id={`${id}-stream`}>
              {t('recording.stream')}
            </Text>
            <SegmentedControl
              aria-labelledby={`${id}-stream`}
              value={value.stream}
              onChange={(stream) => onChange({ ...value, stream })}
              data={['main', 'sub'].map((stream) => ({ value: stream, label: t(`stream.${stream}`) }))}
              w="fit-content"
            />
            <Text size="xs" c="dimmed">
              {t('recording.streamHint')}
            </Text>
            {wrong('/stream') && (
              <Text size="xs" c="red" role="alert">
                {wrong('/stream')}
              </Text>
            )}
          </Stack>
          {value.mode === 'event' && (
            <Group grow align="flex-start" preventGrowOverflow={false}>
              <NumberInput
                label={t('recording.preRoll')}
                suffix=" s"
                min={0}
                max={3600}
                value={value.preRollSeconds}
                error={wrong('/preRollSeconds')}
                onChange={(next) =>
                  typeof next === 'number' && onChange({ ...value, preRollSeconds: next })
                }
              />
              <NumberInput
                label={t('recording.postRoll')}
                suffix=" s"
                min={0}
                max={3600}
                value={value.postRollSeconds}
                error={wrong('/postRollSeconds')}
                onChange={(next) =>
                  typeof next === 'number' && onChange({ ...value, postRollSeconds: next })
                }
              />
            </Group>
          )}
          <RetentionFields
            value={value.retention}
            onChange={(retention) => onChange({ ...value, retention })}
            withEvents={value.mode === 'event'}
            errors={errors
              .filter(({ pointer }) => pointer.startsWith('/retention'))
              .map(({ pointer, detail }) => ({ pointer: pointer.slice('/retention'.length), detail }))}
          />
        </>
      )}
    </Stack>
  );
}

interface RetentionFieldsProps {
  value: Retention;
  onChange: (value: Retention) => void;
  withEvents?: boolean;
  errors?: readonly WrongField[];
}

/** How long a camera's footage is kept. */
export function RetentionFields({ value, onChange, withEvents = false, errors = [] }: RetentionFieldsProps) {
  const { t } = useTranslation('cameras');
  const wrong = (name: string) => errors.find((one) => one.pointer === `/${name}`)?.detail;
  const days = (name: 'continuousDays' | 'eventDays' | 'minDays') => (
    <NumberInput
      label={t(`recording.${name}`)}
      description={t(`recording.${name}Hint`)}
      suffix={t('recording.days')}
      min={0}
      max={36500}
      decimalScale={2}
      allowNegative={false}
      value={value[name]}
      error={wrong(name)}
      onChange={(next) => typeof next === 'number' && onChange({ ...value, [name]: next })}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      {days('continuousDays')}
      {withEvents && days('eventDays')}
      <NumberInput
        label={t('recording.maxBytes')}
        description={t('recording.maxBytesHint')}
        suffix=" GiB"
        min={0}
        decimalScale={2}
        allowNegative={false}
        placeholder={t('recording.unlimited')}
        value={value.maxBytes === null ? '' : Math.round((value.maxBytes / GIB) * 100) / 100}
        error={wrong('maxBytes')}
        onChange={(next) =>
          onChange({ ...value, maxBytes: typeof next === 'number' ? Math.round(next * GIB) : null })
        }
      />
      {days('minDays')}
    </SimpleGrid>
  );
}
