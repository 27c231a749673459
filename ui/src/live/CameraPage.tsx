import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconDeviceCctvOff,
  IconPlayerPlay,
  IconPointFilled,
  IconRewindBackward30,
  IconSettings,
} from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { type Camera, useCamerasQuery, useCameraStatus } from '../api';
import { can, useSession } from '../app/session';
import { EmptyState, ErrorState, PageLoading, StatusBadge, useDocumentTitle, useFormat, useShortcut } from '../common';
import { addressOf, writePlace } from '../playback/address';
import { CameraStatusPanel } from './CameraStatusPanel';
import { CameraTimeline } from './CameraTimeline';
import { ExportLastMinutes } from './ExportLastMinutes';
import { LivePlayer, type LivePlayerHandle, type LiveSnapshot } from './LivePlayer';
import { RecordedStage } from './RecordedStage';
import { usePlaybackSession } from '../playback/hooks';
import classes from './CameraPage.module.css';
import { tool } from './tool';

const BACK_SECONDS = 30;
/** A little more than one goes back at once. */
const KEEP_SECONDS = BACK_SECONDS + 6;
/** Nearer to now than this, the recording has nothing that live has not. */
const NOW_MILLIS = 3000;
const HOUR_MILLIS = 3_600_000;

/** One camera: live, some moments ago, and what was recorded, on one page. */
export default function CameraPage() {
  const { t } = useTranslation('live');
  const { id } = useParams();
  const cameras = useCamerasQuery();
  if (cameras.isPending) return <PageLoading />;
  if (cameras.isError) return <ErrorState problem={cameras.error} retry={() => void cameras.refetch()} />;
  const camera = cameras.data.find((it) => it.id === id);
  if (camera) return <CameraView key={camera.id} camera={camera} />;
  return (
    <EmptyState
      icon={<IconDeviceCctvOff size={28} />}
      title={t('page.unknown')}
      action={
        <Button component={Link} to="/live" variant="default" leftSection={<IconArrowLeft size={16} />}>
          {t('page.allCameras')}
        </Button>
      }
    >
      {t('page.unknownText')}
    </EmptyState>
  );
}

function CameraView({ camera }: { camera: Camera }) {
  const { t } = useTranslation('live');
  const { id, name } = camera;
  const account = useSession();
  const status = useCameraStatus(id);
  const player = useRef<LivePlayerHandle>(null);
  const [snapshot, setSnapshot] = useState<LiveSnapshot>();
  const [openedAt] = useState(() => Date.now());
  const session = usePlaybackSession(openedAt);
  const [recorded, setRecorded] = useState(false);
  useDocumentTitle(name);

  const timeshift = snapshot?.timeshift ?? false;
  const live = !recorded && !timeshift;
  const now = useCallback(() => {
    if (recorded) return session.time;
    return Date.now() - (player.current?.delaySeconds ?? 0) * 1000;
  }, [recorded, session]);

  const goLive = () => {
    session.pause();
    setRecorded(false);
    player.current?.toLive();
  };
  const seek = (time: number) => {
    if (time > Date.now() - NOW_MILLIS) {
      goLive();
      return;
    }
    session.seek(time);
    session.play();
    setRecorded(true);
  };
  const back = () => {
    if (recorded || !player.current?.seekBack(BACK_SECONDS)) seek(now() - BACK_SECONDS * 1000);
  };

  const group = t('keys.group');
  useShortcut('b', t('keys.replay'), back, { group });
  useShortcut('l', t('keys.live'), goLive, { group });
  useShortcut('f', t('keys.fullScreen'), () => player.current?.toggleFullScreen(), { group, enabled: !recorded });
  useShortcut('m', t('keys.mute'), () => player.current?.toggleMuted(), { group, enabled: !recorded });
  useShortcut('s', t('keys.snapshot'), () => void player.current?.saveSnapshot(), { group, enabled: !recorded });

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Link to="/live" className={classes.back} aria-label={t('page.allCameras')} title={t('page.allCameras')}>
          <IconArrowLeft size={20} />
        </Link>
        <h1 className={classes.title}>{name}</h1>
        <StatusBadge state={status?.state} cause={status?.cause} />
        <span className={classes.space} />
        <ExportLastMinutes camera={camera} />
        <PlaybackLink id={id} now={now} />
        {can(account, 'administer') && (
          <Button
            component={Link}
            to={`/cameras/${id}`}
            classNames={tool}
            variant="subtle"
            color="gray"
            size="xs"
            leftSection={<IconSettings size={16} />}
          >
            {t('page.edit')}
          </Button>
        )}
      </header>
      <div className={classes.body}>
        <section className={classes.watch} aria-label={name}>
          <div className={classes.stage}>
            <LivePlayer
              ref={player}
              cameraId={id}
              name={name}
              stream="auto"
              controls
              zoomable
              active={!recorded}
              keepSeconds={KEEP_SECONDS}
              onState={setSnapshot}
              className={classes.player}
            />
            {recorded && <RecordedStage session={session} camera={id} name={name} />}
          </div>
          <div className={classes.transport}>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconRewindBackward30 size={18} />}
              onClick={back}
              title={`${t('keys.replay')} (B)`}
            >
              {t('page.back30')}
            </Button>
            <Button
              variant={live ? 'light' : 'filled'}
              color={live ? 'red' : 'red.9'}
              size="xs"
              aria-pressed={live}
              leftSection={<IconPointFilled size={16} />}
              onClick={goLive}
              title={`${t('keys.live')} (L)`}
            >
              {live ? t('page.live') : t('page.goLive')}
            </Button>
            <Behind live={live} now={now} />
          </div>
          <CameraTimeline camera={camera} live={live} now={now} session={session} onSeek={seek} />
        </section>
        <CameraStatusPanel camera={camera} status={status} />
      </div>
    </div>
  );
}

/** How far from live the picture is. */
function Behind({ live, now }: { live: boolean; now: () => number }) {
  const { t } = useTranslation('live');
  const format = useFormat();
  const [shown, setShown] = useState<{ seconds: number; at: number }>();
  useEffect(() => {
    if (live) return;
    const measure = () => {
      const at = now();
      setShown({ seconds: Math.round((Date.now() - at) / 1000), at });
    };
    measure();
    const timer = setInterval(measure, 500);
    return () => clearInterval(timer);
  }, [live, now]);
  if (live || !shown) return null;
  return (
    <span className={classes.behind}>
      {t('page.behind', { time: format.duration(shown.seconds) })} · {format.time(shown.at, 'seconds')}
    </span>
  );
}

/** Playback begins where one is looking. */
function PlaybackLink({ id, now }: { id: string; now: () => number }) {
  const { t } = useTranslation('live');
  const address = (at: number) => `/playback?${addressOf(writePlace({ cameras: [id], at, zoomMs: HOUR_MILLIS }))}`;
  const [to, setTo] = useState(`/playback?cameras=${encodeURIComponent(id)}`);
  const refresh = () => setTo(address(now() - 5000));
  return (
    <Button
      component={Link}
      to={to}
      onPointerEnter={refresh}
      onFocus={refresh}
      classNames={tool}
      variant="subtle"
      color="gray"
      size="xs"
      leftSection={<IconPlayerPlay size={16} />}
    >
      {t('page.playback')}
    </Button>
  );
}
