import { ActionIcon, Autocomplete, Button, Group, NumberInput, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WrongField } from '../api';
import type { Recording, Retention } from './draft';

const GIB = 1024 ** 3;

interface RecordingFieldsProps {
  value: Recording;
  onChange: (value: Recording) => void;
  /** Modes whose recorders are installed. */
  modes: readonly string[];
  /** Names that retention can tell apart. */
  zones?: readonly string[];
  labels?: readonly string[];
  /** Pointers start at the recording. */
  errors?: readonly WrongField[];
}

export function RecordingFields({ value, onChange, modes, zones = [], labels = [], errors = [] }: RecordingFieldsProps) {
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
          <RetentionFields
            value={value.retention}
            onChange={(retention) => onChange({ ...value, retention })}
            zones={zones}
            labels={labels}
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
  zones?: readonly string[];
  labels?: readonly string[];
  errors?: readonly WrongField[];
}

/** How long a camera's footage is kept. */
export function RetentionFields({ value, onChange, zones = [], labels = [], errors = [] }: RetentionFieldsProps) {
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
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {days('continuousDays')}
        {days('eventDays')}
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
      <LongerFields
        title={t('recording.labelDays')}
        hint={t('recording.labelDaysHint')}
        add={t('recording.addLabel')}
        known={labels}
        value={value.labelDays}
        error={errors.find(({ pointer }) => pointer.startsWith('/labelDays'))?.detail}
        onChange={(labelDays) => onChange({ ...value, labelDays })}
      />
      {(zones.length > 0 || Object.keys(value.zoneDays).length > 0) && (
        <LongerFields
          title={t('recording.zoneDays')}
          hint={t('recording.zoneDaysHint')}
          add={t('recording.addZone')}
          known={zones}
          value={value.zoneDays}
          error={errors.find(({ pointer }) => pointer.startsWith('/zoneDays'))?.detail}
          onChange={(zoneDays) => onChange({ ...value, zoneDays })}
        />
      )}
    </Stack>
  );
}

interface LongerFieldsProps {
  title: string;
  hint: string;
  add: string;
  known: readonly string[];
  value: Record<string, number>;
  onChange: (value: Record<string, number>) => void;
  error?: string;
}

/** Days by name, for what is kept longer than the rest. */
function LongerFields({ title, hint, add, known, value, onChange, error }: LongerFieldsProps) {
  const { t } = useTranslation('cameras');
  const id = useId();
  const [name, setName] = useState('');
  const entries = Object.entries(value);
  const free = known.filter((one) => !(one in value));
  const put = () => {
    const wanted = name.trim();
    if (wanted !== '' && !(wanted in value)) {
      onChange({ ...value, [wanted]: 90 });
    }
    setName('');
  };
  return (
    <Stack gap="xs" role="group" aria-labelledby={id}>
      <div>
        <Text size="sm" fw={500} id={id}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      </div>
      {entries.map(([one, days]) => (
        <Group key={one} gap="xs" wrap="nowrap">
          <Text size="sm" w="10rem" truncate>
            {one}
          </Text>
          <NumberInput
            aria-label={t('recording.daysOf', { name: one })}
            suffix={t('recording.days')}
            min={0}
            max={36500}
            decimalScale={2}
            allowNegative={false}
            value={days}
            onChange={(next) => typeof next === 'number' && onChange({ ...value, [one]: next })}
            w="9rem"
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('recording.removeDays', { name: one })}
            onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== one)))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {error !== undefined && (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
      <Group gap="xs" wrap="nowrap">
        <Autocomplete
          aria-label={add}
          placeholder={add}
          data={free}
          value={name}
          maxLength={100}
          onChange={setName}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault();
              put();
            }
          }}
          w="14rem"
        />
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} disabled={name.trim() === ''} onClick={put}>
          {t('recording.addDays')}
        </Button>
      </Group>
    </Stack>
  );
}
