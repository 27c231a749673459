import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import classes from './Plot.module.css';

export interface PlotSeries {
  label: string;
  values: readonly (number | null)[];
}

interface PlotProps {
  times: readonly number[];
  series: readonly PlotSeries[];
  format: (value: number) => string;
  /** Seconds since 1970 as the clock on the reader's wall. */
  clock: (seconds: number) => string;
  /** The axis reaches at least so far, so that noise does not look like a mountain. */
  least: number;
  height?: number;
}

const COLOURS = { dark: ['#5b91f8', '#4cc38a'], light: ['#255fd8', '#0b7a43'] };

/** The clock below has no seconds. */
const STEPS_S = [60, 120, 300, 600, 900, 1800, 3600];

/** Lines over the last hour; the words around it say what they mean to who cannot see them. */
export default function Plot({ times, series, format, clock, least, height = 150 }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const newest = useRef({ times, series, format, clock });
  const scheme = useComputedColorScheme('dark');
  const names = series.map(({ label }) => label).join('\n');

  useEffect(() => {
    newest.current = { times, series, format, clock };
    plot.current?.setData(dataOf(times, series));
  }, [times, series, format, clock]);

  useEffect(() => {
    const element = box.current;
    if (!element) {
      return undefined;
    }
    const dark = scheme === 'dark';
    const line = dark ? '#242b36' : '#dfe3e9';
    const text = dark ? '#a9b2c1' : '#525c69';
    const colours = COLOURS[scheme];
    const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: '11px sans-serif' };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height,
        cursor: { y: false, points: { size: 6 } },
        legend: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(least, (most || 0) * 1.15)] } },
        axes: [
          { ...axis, size: 28, incrs: STEPS_S, values: (_, ticks) => ticks.map((tick) => newest.current.clock(tick)) },
          { ...axis, size: 74, values: (_, ticks) => ticks.map((tick) => newest.current.format(tick)) },
        ],
        series: [
          {},
          ...names.split('\n').map((label, i) => ({
            label,
            stroke: colours[i % colours.length],
            width: 1.5,
            fill: i === 0 ? `${colours[0] ?? ''}22` : undefined,
            dash: i === 0 ? undefined : [5, 3],
            points: { show: false },
          })),
        ],
      },
      dataOf(newest.current.times, newest.current.series),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, height, least, names]);

  return <div ref={box} className={classes.plot} style={{ height }} aria-hidden />;
}

function dataOf(times: readonly number[], series: readonly PlotSeries[]): uPlot.AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])];
}
