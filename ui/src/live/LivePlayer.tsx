import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type LivePlayer as Engine, type LiveSnapshot } from './livePlayer';
import { LiveVideo } from './LiveVideo';
import type { StreamRole } from './messages';
import { PlayerBar, type StreamChoice } from './PlayerBar';
import { PlayerState } from './PlayerState';
import { saveSnapshot } from './snapshot';
import { ZoomFrame } from './zoom';
import classes from './LivePlayer.module.css';

export type { StreamChoice } from './PlayerBar';
export type { LiveSnapshot, LiveState } from './livePlayer';

/** What the page around a player may do with it. */
export interface LivePlayerHandle {
  readonly root: HTMLElement | null;
  readonly video: HTMLVideoElement | null;
  /** Goes back at once within what is in memory; false if that does not reach so far. */
  seekBack(seconds: number): boolean;
  toLive(): void;
  saveSnapshot(): Promise<void>;
  toggleFullScreen(): void;
  toggleMuted(): void;
  /** From the picture that is shown to the newest that is here. */
  readonly delaySeconds: number;
}

export interface LivePlayerProps {
  cameraId: string;
  name: string;
  /** `auto`: main where the picture is large. */
  stream?: StreamChoice;
  muted?: boolean;
  controls?: boolean;
  /** Only the most needed controls, for tiles. */
  compact?: boolean;
  /** False: fetches nothing, because something lies over it. */
  active?: boolean;
  zoomable?: boolean;
  /** The picture fills its place, and loses what is over. */
  fill?: boolean;
  /** How far one can go back at once. */
  keepSeconds?: number;
  onState?: (snapshot: LiveSnapshot) => void;
  onAspect?: (aspect: number) => void;
  className?: string;
  /** Beside the name. */
  marks?: ReactNode;
  /** At the end of the controls. */
  actions?: ReactNode;
  /** Over the picture and below the controls. */
  children?: ReactNode;
  ref?: Ref<LivePlayerHandle>;
}

/** What one video element plays; each has its own, so that one can take over from another. */
type Feed = StreamRole | `${StreamRole}+sound`;

const feedOf = (role: StreamRole, sound: boolean): Feed => (sound ? `${role}+sound` : role);
const roleOf = (feed: Feed): StreamRole => (feed.startsWith('main') ? 'main' : 'sub');
const sounds = (feed: Feed | undefined) => feed?.endsWith('+sound') ?? false;

const LARGE_PX = 900;
const noSubscription = () => () => undefined;

/** A camera, live, with its name, its state in words, and the controls that go with a picture. */
export function LivePlayer({
  cameraId,
  name,
  stream = 'auto',
  muted: mutedAtFirst = true,
  controls = false,
  compact = false,
  active = true,
  zoomable = false,
  fill = false,
  keepSeconds = 6,
  onState,
  onAspect,
  className,
  marks,
  actions,
  children,
  ref,
}: LivePlayerProps) {
  const root = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [chosen, setChosen] = useState<{ instead: StreamChoice; choice: StreamChoice }>();
  const choice = chosen?.instead === stream ? chosen.choice : stream;
  const role = useWantedStream(choice, root);
  const [shown, setShown] = useState<Feed>();
  const [players, setPlayers] = useState<Partial<Record<Feed, Engine>>>({});
  const [muted, setMuted] = useState(mutedAtFirst);
  const [volume, setVolume] = useState(1);
  const [info, setInfo] = useState(false);
  const [zoom] = useState(() => new ZoomFrame());
  const zoomed = useSyncExternalStore(zoom.subscribe, zoom.isZoomed);
  useEffect(() => (zoomable && stage.current ? zoom.attach(stage.current) : undefined), [zoom, zoomable]);

  const current = shown ?? role;
  const engine = current && players[current];
  const snapshot = useSnapshot(engine);
  // Without sound the picture is earlier. Who went back keeps what is in memory.
  const sound = snapshot?.timeshift ? sounds(current) : !muted && (sounds(current) || snapshot?.audio === true);
  const wanted = role && feedOf(role, sound);
  const next = wanted && current !== wanted ? players[wanted] : undefined;
  const nextSnapshot = useSnapshot(next);

  // What was asked for takes over when its first picture is there: no black in between.
  const ready = nextSnapshot && (nextSnapshot.picture || isSettled(nextSnapshot));
  if (shown === undefined ? wanted !== undefined : ready) setShown(wanted);

  const onPlayer = useCallback((feed: Feed, player: Engine | undefined) => {
    setPlayers((before) => ({ ...before, [feed]: player }));
  }, []);

  useEffect(() => {
    if (snapshot) onState?.(snapshot);
  }, [snapshot, onState]);

  const picture = snapshot?.picture ?? false;
  useEffect(() => {
    const element = video.current;
    if (picture && element && element.videoWidth > 0) onAspect?.(element.videoWidth / element.videoHeight);
  }, [picture, current, onAspect]);

  const handle: LivePlayerHandle = {
    get root() {
      return root.current;
    },
    get video() {
      return video.current;
    },
    seekBack: (seconds) => engine?.seekBack(seconds) ?? false,
    toLive: () => engine?.toLive(),
    saveSnapshot: () => saveSnapshot(video.current, name, engine?.delaySeconds ?? 0),
    toggleFullScreen: () => toggleFullScreen(root.current),
    toggleMuted: () => setMuted((before) => !before),
    get delaySeconds() {
      return engine?.delaySeconds ?? 0;
    },
  };
  useImperativeHandle(ref, () => handle);

  const feeds: Feed[] = [];
  if (current) feeds.push(current);
  if (wanted && wanted !== current) feeds.push(wanted);

  return (
    <div ref={root} className={[classes.player, className].filter(Boolean).join(' ')} data-compact={compact || undefined} data-fill={fill || undefined}>
      <div ref={stage} className={classes.stage} data-zoomed={zoomed || undefined}>
        {feeds.sort().map((feed) => (
          <LiveVideo
            key={feed}
            cameraId={cameraId}
            name={name}
            stream={roleOf(feed)}
            sound={sounds(feed)}
            active={active}
            muted={muted}
            volume={volume}
            keepSeconds={keepSeconds}
            waiting={feed !== current}
            dimmed={feed === current && snapshot !== undefined && isOld(snapshot)}
            videoRef={video}
            onPlayer={(player) => onPlayer(feed, player)}
          />
        ))}
      </div>
      {children}
      {snapshot && (
        <PlayerState cameraId={cameraId} name={name} snapshot={snapshot} marks={marks} onRetry={() => engine?.retry()} />
      )}
      {controls && snapshot && (
        <PlayerBar
          name={name}
          compact={compact}
          snapshot={snapshot}
          engine={engine}
          video={video}
          handle={handle}
          muted={muted}
          onMuted={setMuted}
          volume={volume}
          onVolume={setVolume}
          choice={choice}
          onChoice={(next) => setChosen({ instead: stream, choice: next })}
          zoom={zoomable ? zoom : undefined}
          zoomed={zoomed}
          info={info}
          onInfo={setInfo}
          actions={actions}
        />
      )}
    </div>
  );
}

function useSnapshot(engine: Engine | undefined): LiveSnapshot | undefined {
  return useSyncExternalStore(engine?.subscribe ?? noSubscription, () => engine?.getSnapshot());
}

/** `auto` goes by the size on the screen, with a margin, so that it does not go to and fro. */
function useWantedStream(choice: StreamChoice, root: { current: HTMLElement | null }): StreamRole | undefined {
  const [measured, setMeasured] = useState<StreamRole>();
  useEffect(() => {
    const element = root.current;
    if (choice !== 'auto' || !element) return;
    const measure = () => {
      const width = element.clientWidth;
      setMeasured((before) =>
        width >= LARGE_PX ? 'main' : before === undefined || width < LARGE_PX * 0.8 ? 'sub' : before,
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [choice, root]);
  return choice === 'auto' ? measured : choice;
}

function isSettled({ state }: LiveSnapshot): boolean {
  return ['unsupported', 'unauthorized', 'ended', 'offline'].includes(state.kind);
}

/** What can be seen is not how it looks there now. */
function isOld({ state, picture }: LiveSnapshot): boolean {
  return picture && !['playing', 'paused', 'idle', 'connecting'].includes(state.kind);
}

export function toggleFullScreen(element: HTMLElement | null) {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen?.().catch(() => undefined);
}
