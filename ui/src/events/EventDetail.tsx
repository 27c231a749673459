import { ActionIcon, Button, Group, Switch, Tooltip } from '@mantine/core';
import {
  IconAdjustments,
  IconBookmark,
  IconBookmarkFilled,
  IconCheck,
  IconChevronLeft,
  IconChevronRight,
  IconDownload,
  IconPlayerPlayFilled,
  IconTimeline,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { BASE, type Camera } from '../api';
import { can, useSession } from '../app/session';
import { useFormat, useShortcut } from '../common';
import { addressOf, writePlace } from '../playback/address';
import { Lasting, lengthOf } from './EventCard';
import classes from './EventDetail.module.css';
import { Snapshot } from './Snapshot';
import type { EventEntry } from './types';
import { KIND_ICONS, kindOf, useLabelText } from './words';
import { Why } from './Why';

const AROUND_MS = 5 * 60_000;

interface EventDetailProps {
  event: EventEntry;
  camera: Camera | undefined;
  onClose: () => void;
  onNext?: () => void;
  onPrevious?: () => void;
  onReviewed: () => void;
  onKept: () => void;
  onDelete: () => void;
}

/** One event: its clip, and why it is one. */
export function EventDetail(props: EventDetailProps) {
  const { event, camera, onClose, onNext, onPrevious, onReviewed, onKept, onDelete } = props;
  const { t } = useTranslation('events');
  const { t: common } = useTranslation();
  const session = useSession();
  const format = useFormat();
  const labelText = useLabelText();
  const [playing, setPlaying] = useState(false);
  const [drawn, setDrawn] = useState(true);
  const video = useRef<HTMLVideoElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  const mayReview = can(session, 'review', event.cameraId);
  const mayExport = can(session, 'export', event.cameraId);
  const Icon = KIND_ICONS[kindOf(event)];
  const name = camera?.name ?? event.cameraId;
  const clip = `${BASE}/events/${event.id}/clip.mp4`;
  const place = writePlace({ cameras: [event.cameraId], at: Date.parse(event.clip.from), zoomMs: AROUND_MS });

  useShortcut('space', t('keys.play'), () => {
    if (!playing) setPlaying(true);
    else if (video.current?.paused) void video.current.play();
    else video.current?.pause();
  });

  // On a small screen this covers the list: whoever reads the page goes on here.
  useEffect(() => {
    if (window.matchMedia('(max-width: 68rem)').matches) heading.current?.focus({ preventScroll: true });
  }, []);

  return (
    <aside className={classes.detail} aria-label={t('detail.title')}>
      <header className={classes.head}>
        <span className={classes.icon} data-kind={kindOf(event)} aria-hidden>
          <Icon size={20} stroke={1.8} />
        </span>
        <div className={classes.title}>
          <h2 ref={heading} tabIndex={-1}>
            {labelText(event.label)}
          </h2>
          <p>
            {name} · {t(`types.${event.type}`, { defaultValue: event.type })}
          </p>
        </div>
        <Tooltip label={`${t('keys.previous')} (K)`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('keys.previous')}
            disabled={!onPrevious}
            onClick={onPrevious}
          >
            <IconChevronLeft size={20} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`${t('keys.next')} (J)`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('keys.next')}
            disabled={!onNext}
            onClick={onNext}
          >
            <IconChevronRight size={20} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={common('close')} onClick={onClose}>
          <IconX size={20} />
        </ActionIcon>
      </header>

      <div className={classes.scroll}>
        <div className={classes.stage}>
          {playing ? (
            <video
              ref={video}
              src={clip}
              controls
              autoPlay
              muted
              playsInline
              aria-label={t('detail.clip', { label: labelText(event.label), camera: name })}
            />
          ) : (
            <>
              <Snapshot
                event={event}
                widthPx={960}
                fit="contain"
                boxed={drawn}
                over={drawn && <Drawn event={event} camera={camera} />}
              />
              <button
                type="button"
                className={classes.play}
                aria-label={t('detail.play')}
                title={`${t('detail.play')} (Space)`}
                onClick={() => setPlaying(true)}
              >
                <IconPlayerPlayFilled size={26} aria-hidden />
              </button>
            </>
          )}
        </div>

        <Group gap="xs" className={classes.deeds}>
          {mayReview && (
            <>
              <Button
                size="sm"
                variant={event.reviewed ? 'default' : 'filled'}
                leftSection={<IconCheck size={16} aria-hidden />}
                aria-pressed={event.reviewed}
                onClick={onReviewed}
              >
                {event.reviewed ? t('detail.reviewed') : t('detail.review')}
              </Button>
              <Button
                size="sm"
                variant={event.retained ? 'light' : 'default'}
                color={event.retained ? 'orange' : undefined}
                leftSection={
                  event.retained ? <IconBookmarkFilled size={16} aria-hidden /> : <IconBookmark size={16} aria-hidden />
                }
                aria-pressed={event.retained}
                onClick={onKept}
              >
                {event.retained ? t('detail.kept') : t('detail.keep')}
              </Button>
            </>
          )}
          <span className={classes.space} />
          <Tooltip label={t('detail.recording')}>
            <ActionIcon
              component={Link}
              to={`/playback?${addressOf(place)}`}
              variant="default"
              size={36}
              aria-label={t('detail.recording')}
            >
              <IconTimeline size={18} />
            </ActionIcon>
          </Tooltip>
          {mayExport && (
            <Tooltip label={t('detail.download')}>
              <ActionIcon component="a" href={clip} download variant="default" size={36} aria-label={t('detail.download')}>
                <IconDownload size={18} />
              </ActionIcon>
            </Tooltip>
          )}
          {mayReview && (
            <Tooltip label={`${common('delete')} (Del)`}>
              <ActionIcon variant="default" size={36} aria-label={common('delete')} onClick={onDelete}>
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>

        <dl className={classes.times}>
          <div>
            <dt>{t('detail.began')}</dt>
            <dd>{format.time(event.startedAt, 'full')}</dd>
          </div>
          <div>
            <dt>{event.endedAt === null ? t('detail.lasts') : t('detail.lasted')}</dt>
            <dd>{event.endedAt === null ? <Lasting event={event} /> : format.duration(lengthOf(event))}</dd>
          </div>
        </dl>

        <Why event={event} />

        <div className={classes.foot}>
          <Switch
            size="xs"
            label={t('detail.draw')}
            checked={drawn}
            onChange={(change) => setDrawn(change.currentTarget.checked)}
          />
          {event.detector !== null && can(session, 'administer') && (
            <Button
              component={Link}
              to={`/cameras/${event.cameraId}/tune/${encodeURIComponent(event.detector)}`}
              size="compact-sm"
              variant="subtle"
              leftSection={<IconAdjustments size={16} aria-hidden />}
            >
              {t('detail.tune')}
            </Button>
          )}
        </div>
      </div>
    </aside>
  );
}

/** Zones that it touched, and its way. */
function Drawn({ event, camera }: { event: EventEntry; camera: Camera | undefined }) {
  const crossed = (event.data.crossed ?? []).map(({ line }) => line);
  const touched = (camera?.zones ?? []).filter(({ name }) => event.zones.includes(name) || crossed.includes(name));
  const path = event.data.path ?? [];
  return (
    <svg className={classes.drawn} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
      {touched.map(({ name, polygon }) => {
        const points = polygon.map((corner) => corner.join()).join(' ');
        return polygon.length === 2 ? (
          <polyline key={name} className={classes.zone} points={points} />
        ) : (
          <polygon key={name} className={classes.zone} points={points} />
        );
      })}
      {path.length > 1 && (
        <>
          <polyline className={classes.pathShade} points={path.map(([, x, y]) => `${x},${y}`).join(' ')} />
          <polyline className={classes.path} points={path.map(([, x, y]) => `${x},${y}`).join(' ')} />
        </>
      )}
    </svg>
  );
}
