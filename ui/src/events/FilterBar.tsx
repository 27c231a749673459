import { Autocomplete, Button, Indicator, Popover, SegmentedControl, Select, Slider, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCalendar, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCameras } from '../api';
import { useFormat } from '../common';
import classes from './EventsPage.module.css';
import { PERIODS, type Period, type Shown } from './filter';

const TYPES = ['object', 'motion', 'external'] as const;
const SCORES = { min: 0, max: 0.95, step: 0.05 };

interface FilterBarProps {
  value: Shown;
  onChange: (value: Shown) => void;
  /** Labels that are known to occur. */
  labels: readonly string[];
}

export function FilterBar({ value, onChange, labels }: FilterBarProps) {
  const { t } = useTranslation('events');
  const format = useFormat();
  const cameras = useCameras();
  const zones = [
    ...new Set(
      cameras.filter(({ id }) => value.camera === undefined || id === value.camera).flatMap((one) => one.zones.map(({ name }) => name)),
    ),
  ].sort();
  const put = (part: Partial<Shown>) => onChange({ ...value, ...part });
  const more = [value.label, value.zone, value.minScore, value.kept || undefined].filter((one) => one !== undefined).length;

  return (
    <div className={classes.filters} role="group" aria-label={t('filter.title')}>
      <SegmentedControl
        aria-label={t('filter.type')}
        size="xs"
        value={value.type ?? ''}
        onChange={(type) => put({ type: type === '' ? undefined : type })}
        data={[
          { value: '', label: t('filter.everything') },
          ...TYPES.map((type) => ({ value: type, label: t(`filter.types.${type}`) })),
        ]}
      />
      <Select
        aria-label={t('filter.camera')}
        placeholder={t('filter.allCameras')}
        size="xs"
        leftSection={<IconVideo size={15} aria-hidden />}
        data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        value={value.camera ?? null}
        onChange={(camera) => put({ camera: camera ?? undefined, zone: undefined })}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('filter.allCameras') }}
        className={classes.select}
      />
      <Select
        aria-label={t('filter.period')}
        placeholder={t('filter.anyTime')}
        size="xs"
        leftSection={<IconCalendar size={15} aria-hidden />}
        data={PERIODS.map((one) => ({ value: one, label: t(`filter.periods.${one}`) }))}
        value={value.period ?? null}
        onChange={(period) =>
          put({
            period: (period as Period | null) ?? undefined,
            day: period === 'day' ? (value.day ?? localDay(new Date())) : undefined,
          })
        }
        clearable
        clearButtonProps={{ 'aria-label': t('filter.anyTime') }}
        className={classes.select}
      />
      {value.period === 'day' && (
        <TextInput
          type="date"
          size="xs"
          aria-label={t('filter.day')}
          value={value.day ?? ''}
          onChange={(event) => event.currentTarget.value !== '' && put({ day: event.currentTarget.value })}
        />
      )}
      <Popover position="bottom-end" shadow="md" width={300} trapFocus withinPortal>
        <Indicator label={more} size={16} disabled={more === 0} offset={3}>
          <Popover.Target>
            <Button size="xs" variant="default" leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}>
              {t('filter.more')}
            </Button>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown aria-label={t('filter.more')}>
          <Stack gap="md">
            <Autocomplete
              label={t('filter.label')}
              placeholder={t('filter.anyLabel')}
              openOnFocus={false}
              size="xs"
              data={[...labels]}
              value={value.label ?? ''}
              onChange={(label) => put({ label: label.trim() === '' ? undefined : label.trim().slice(0, 100) })}
              comboboxProps={{ withinPortal: false }}
            />
            <Select
              label={t('filter.zone')}
              placeholder={t('filter.anyZone')}
              size="xs"
              data={value.zone !== undefined && !zones.includes(value.zone) ? [value.zone, ...zones] : zones}
              value={value.zone ?? null}
              onChange={(zone) => put({ zone: zone ?? undefined })}
              clearable
              clearButtonProps={{ 'aria-label': t('filter.anyZone') }}
              comboboxProps={{ withinPortal: false }}
            />
            <div>
              <Text size="xs" fw={500} mb={4}>
                {value.minScore === undefined
                  ? t('filter.anyScore')
                  : t('filter.score', { score: format.percent(value.minScore) })}
              </Text>
              <Slider
                {...SCORES}
                size="sm"
                label={null}
                thumbLabel={t('filter.scoreLabel')}
                value={value.minScore ?? 0}
                onChange={(score) => put({ minScore: score === 0 ? undefined : Math.round(score * 100) / 100 })}
              />
            </div>
            <Switch
              size="sm"
              label={t('filter.kept')}
              checked={value.kept}
              onChange={(event) => put({ kept: event.currentTarget.checked, ...(event.currentTarget.checked ? { all: true } : {}) })}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function localDay(date: Date): string {
  return [date.getFullYear(), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
}
