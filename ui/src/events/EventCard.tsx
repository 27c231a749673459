import { IconBookmarkFilled, IconCheck } from '@tabler/icons-react';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BASE } from '../api';
import { useFormat, useNow } from '../common';
import classes from './EventCard.module.css';
import { Snapshot } from './Snapshot';
import type { EventEntry } from './types';
import { KIND_ICONS, kindOf, useLabelText } from './words';

/** After this long over a picture, somebody wants to see more of it. */
const HOVER_MS = 250;

interface EventCardProps {
  event: EventEntry;
  camera: string;
  current: boolean;
  chosen: boolean;
  /** Whether several are being chosen, so that a click chooses. */
  choosing: boolean;
  onOpen: (event: EventEntry) => void;
  /** Undefined: there is nothing to choose it for. */
  onChoose: ((event: EventEntry, range: boolean) => void) | undefined;
}

/** An event as a picture that comes to life under the pointer. */
export function EventCard({ event, camera, current, chosen, choosing, onOpen, onChoose }: EventCardProps) {
  const { t } = useTranslation('events');
  const format = useFormat();
  const labelText = useLabelText();
  const [playing, setPlaying] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const kind = kindOf(event);
  const Icon = KIND_ICONS[kind];
  const label = labelText(event.label);
  const lasting = event.endedAt === null;
  const name = t('card.name', { label, camera, time: format.time(event.startedAt, 'full') });
  const states = [
    !event.reviewed && t('card.unreviewed'),
    event.retained && t('card.kept'),
  ].filter((one) => one !== false);

  const enter = ({ pointerType }: PointerEvent) => {
    if (pointerType === 'touch' || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlaying(true), HOVER_MS);
  };
  const leave = () => {
    clearTimeout(timer.current);
    setPlaying(false);
  };

  return (
    <li
      className={classes.card}
      data-event={event.id}
      data-kind={kind}
      data-current={current || undefined}
      data-chosen={chosen || undefined}
      data-reviewed={event.reviewed || undefined}
      onPointerEnter={enter}
      onPointerLeave={leave}
    >
      <button
        type="button"
        className={classes.open}
        aria-current={current || undefined}
        onClick={(click) => {
          if (onChoose && (choosing || click.ctrlKey || click.metaKey || click.shiftKey)) onChoose(event, click.shiftKey);
          else onOpen(event);
        }}
      >
        <span className={classes.stage}>
          <Snapshot event={event} widthPx={480} fit="cover" boxed={!playing} />
          {playing && event.hasSnapshot && (
            <video
              className={classes.clip}
              src={`${BASE}/events/${event.id}/clip.mp4`}
              muted
              autoPlay
              loop
              playsInline
              aria-hidden
              onPlaying={(played) => played.currentTarget.setAttribute('data-playing', '')}
            />
          )}
          <span className={classes.shade} />
          <span className={classes.what}>
            <Icon size={15} stroke={2} aria-hidden />
            {label}{' '}
            {event.score !== null && <span className={classes.score}>{format.percent(event.score)}</span>}
          </span>
          <span className={classes.unread}>, </span>
          {lasting ? (
            <span className={classes.lasting}>
              <span className={classes.pulse} />
              {t('lasting')}
            </span>
          ) : (
            <span className={classes.length}>{format.duration(lengthOf(event))}</span>
          )}
        </span>
        <span className={classes.words}>
          <span className={classes.unread}>, </span>
          <span className={classes.when}>{format.time(event.startedAt, 'seconds')}</span>
          <span className={classes.unread}>, </span>
          <span className={classes.where}>
            {camera}
            {event.zones.length > 0 && <span className={classes.zones}> · {event.zones.join(', ')}</span>}
          </span>
          <span className={classes.unread}>{states.map((state) => `, ${state}`).join('')}</span>
          <span className={classes.marks}>
            {event.retained && <IconBookmarkFilled size={15} aria-hidden className={classes.kept} />}
            {event.reviewed ? (
              <IconCheck size={15} aria-hidden className={classes.seen} />
            ) : (
              <span className={classes.unseen} />
            )}
          </span>
        </span>
      </button>
      {onChoose && (
        <label className={classes.choose} data-always={choosing || undefined}>
          <input
            type="checkbox"
            checked={chosen}
            aria-label={t('card.choose', { name })}
            onChange={(change) => onChoose(event, (change.nativeEvent as MouseEvent).shiftKey)}
          />
          <span aria-hidden>
            <IconCheck size={15} stroke={3} />
          </span>
        </label>
      )}
    </li>
  );
}

export function lengthOf({ startedAt, endedAt }: EventEntry, now = Date.now()): number {
  return Math.max(0, ((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000);
}

/** How long it lasts, as it goes on. */
export function Lasting({ event }: { event: EventEntry }) {
  const format = useFormat();
  const now = useNow(1000);
  return <>{format.duration(lengthOf(event, now))}</>;
}
