import { useTranslation } from 'react-i18next';
import { useFormat } from '../common';
import { said } from '../i18n';
import type { EventData, EventEntry } from './types';
import classes from './EventDetail.module.css';

/** Said in sentences, or drawn; the rest is shown as it came. */
const SAID = new Set([
  'reason', 'model', 'frames', 'track', 'bestAt', 'peakScore', 'threshold', 'area', 'path', 'crossed', 'loitered',
  'stationary', 'interrupted',
]);

/** Why this is an event: what its source measured, against what was asked for. */
export function Why({ event }: { event: EventEntry }) {
  const { t } = useTranslation('events');
  const format = useFormat();
  const { data } = event;
  const facts = factsOf(event);
  const score = data.peakScore ?? event.score ?? undefined;
  const rest = Object.entries(data).filter(([name, value]) => !SAID.has(name) && value !== null);
  return (
    <section className={classes.why} aria-label={t('why.title')}>
      <h3 className={classes.heading}>{t('why.title')}</h3>
      {data.reason !== undefined && <p className={classes.reason}>{said(data.reason)}</p>}
      {score !== undefined && (
        <div className={classes.meter}>
          <span>
            {data.threshold === undefined
              ? t('why.score', { score: format.percent(score) })
              : t('why.scoreOf', { score: format.percent(score), threshold: format.percent(data.threshold) })}
          </span>
          <span className={classes.bar} aria-hidden>
            <span style={{ width: `${Math.min(1, score) * 100}%` }} />
            {data.threshold !== undefined && <i style={{ left: `${data.threshold * 100}%` }} />}
          </span>
        </div>
      )}
      {facts.length > 0 && (
        <ul className={classes.facts}>
          {facts.map(({ key, values }) => (
            <li key={key + JSON.stringify(values)}>
              {t(`why.${key}`, {
                ...values,
                ...(typeof values.at === 'string' ? { at: format.time(values.at, 'seconds') } : {}),
                ...(typeof values.share === 'number' ? { share: format.percent(values.share, 1) } : {}),
              })}
            </li>
          ))}
        </ul>
      )}
      {rest.length > 0 && (
        <dl className={classes.raw}>
          {rest.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {data.reason === undefined && score === undefined && facts.length === 0 && rest.length === 0 && (
        <p className={classes.quiet}>{t('why.nothing')}</p>
      )}
    </section>
  );
}

export interface Fact {
  key: string;
  values: Record<string, string | number>;
}

/** In the order in which somebody asks. */
export function factsOf({ zones, detector, data, type }: Pick<EventEntry, 'zones' | 'detector' | 'data' | 'type'>): Fact[] {
  const facts: Fact[] = [];
  const add = (key: string, values: Fact['values'] = {}) => facts.push({ key, values });
  for (const zone of data.loitered ?? []) add('loitered', { zone });
  for (const { line, direction } of data.crossed ?? []) add(direction === 'left' ? 'crossedLeft' : 'crossedRight', { line });
  const through = zones.filter((zone) => !isNamed(data, zone) && !data.reason?.includes(zone));
  if (through.length > 0) add('zones', { count: through.length, zones: through.join(', ') });
  if (data.stationary === true) add('stationary');
  // A reason of the detector says that, too.
  if (data.area !== undefined && data.reason === undefined) add('area', { share: data.area });
  if (data.frames !== undefined) add('frames', { count: data.frames });
  if (data.bestAt !== undefined) add('bestAt', { at: data.bestAt });
  if (data.model !== undefined) add('model', { model: data.model });
  else if (detector !== null) add('detector', { detector });
  else if (type === 'external') add('external');
  if (data.interrupted === true) add('interrupted');
  return facts;
}

function isNamed(data: EventData, zone: string): boolean {
  return (data.loitered ?? []).includes(zone) || (data.crossed ?? []).some(({ line }) => line === zone);
}
