import { Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../admin/Section';
import { useFormat } from '../common';
import classes from './Counters.module.css';
import { useSamples, type Samples, type SeriesName } from './history';
import type { PlotSeries } from './Plot';

const Plot = lazy(() => import('./Plot'));

interface Chart {
  title: string;
  names: readonly SeriesName[];
  least: number;
  format: (value: number) => string;
}

/** What Vigil cost and did in the last hour; nothing where a server does not keep it. */
export function Counters() {
  const { t } = useTranslation('system');
  const format = useFormat();
  const samples = useSamples();
  if (samples === null) {
    return null;
  }
  const whole = (value: number) => format.number(value, { maximumFractionDigits: 0 });
  const charts: Chart[] = [
    { title: t('counters.cpu'), names: ['cpuFraction'], least: 0.1, format: (value) => format.percent(value, value < 0.1 ? 1 : 0) },
    { title: t('counters.memory'), names: ['memoryBytes'], least: 1e8, format: format.bytes },
    { title: t('counters.traffic'), names: ['ingestBps', 'recordBps'], least: 1e6, format: format.bitrate },
    { title: t('counters.lost'), names: ['lost'], least: 5, format: whole },
    { title: t('counters.viewers'), names: ['viewers'], least: 3, format: whole },
  ];
  return (
    <Section title={t('counters.title')} description={t('counters.description')}>
      <div className={classes.grid}>
        {charts
          .filter(({ names }) => samples === undefined || names.some((name) => samples.values[name]))
          .map((chart) => (
            <Figure key={chart.title} chart={chart} samples={samples} />
          ))}
      </div>
    </Section>
  );
}

function Figure({ chart, samples }: { chart: Chart; samples: Samples | undefined }) {
  const { t } = useTranslation('system');
  const format = useFormat();
  const clock = (seconds: number) => format.time(seconds * 1000, 'time');
  const series: PlotSeries[] = chart.names.map((name) => ({
    label: t(`counters.names.${name}`),
    values: samples?.values[name] ?? [],
  }));
  const last = (values: readonly (number | null)[]) => values.findLast((value) => value !== null) ?? 0;
  const now: ReactNode = series.map(({ label, values }, i) => (
    <span key={label} className={classes.value}>
      {series.length > 1 && (
        <span className={classes.label}>
          <span className={classes.line} data-second={i > 0 || undefined} aria-hidden /> {label}{' '}
        </span>
      )}
      {samples && values.length > 0 ? chart.format(last(values)) : '–'}
    </span>
  ));
  const most = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <Text size="sm" c="dimmed" component="span">
          {chart.title}
        </Text>
        <span className={classes.now}>{now}</span>
        <span className={classes.unseen}>{t('counters.most', { value: chart.format(most) })}</span>
      </figcaption>
      <Suspense fallback={<Skeleton height={150} />}>
        {samples ? (
          <Plot times={samples.times} series={series} format={chart.format} clock={clock} least={chart.least} />
        ) : (
          <Skeleton height={150} />
        )}
      </Suspense>
    </figure>
  );
}
