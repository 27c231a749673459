import { nextRecorded, lastRecorded } from '../timeline/lanes';
import type { Lane } from '../timeline/lanes';
import { Footage } from './footage';
import { CameraPlayer, toMedia, toWall } from './player';
import type { TileState, Trouble } from './player';
import { Clock, FASTEST_PLAYED, correction, shuttled, stepTarget } from './sync';

export interface TileView {
  readonly state: TileState;
  readonly trouble?: Trouble | undefined;
  readonly sounds: boolean;
}

/** What the page shows of a session, but for the time, which changes too often. */
export interface Snapshot {
  readonly playing: boolean;
  readonly rate: number;
  /** Wants to play and waits for pictures. */
  readonly waiting: boolean;
  readonly skipsGaps: boolean;
  /** The camera that is heard. */
  readonly heard: string | undefined;
  /** The camera that single steps and snapshots are about. */
  readonly focus: string | undefined;
  readonly tiles: Readonly<Record<string, TileView>>;
}

interface Tile {
  readonly player: CameraPlayer;
  /** The picture that is on the screen, as media time in seconds. */
  shown: number | undefined;
  frame: number;
  callback: number;
  waitsSince: number | undefined;
  /** Where it was when the clock last listened to it. */
  beat: number | undefined;
}

const IDLE_MS = 150;
/** A camera that is this late is left behind, so that the others can go on. */
const PATIENCE_MS = 6000;
/** Closer to now there is nothing on disk yet. */
const NEWEST_MS = 2500;
/** While nothing moves, a picture may be this far from the clock. */
const AT_REST_MS = 250;
/** A seek that is so far from the clock is overtaken. */
const LOST_MS = 1500;
const USUAL_FRAME_S = 0.04;

/**
 * Several recordings on one clock. The clock decides; pictures follow it. While it plays at a speed that
 * decoders manage, it takes its beat from one of them, the one that is heard if any is; faster, and
 * backwards, it runs free, and each camera shows the newest picture it can get.
 */
export class PlaybackSession {
  private readonly clock: Clock;
  private readonly tiles = new Map<string, Tile>();
  private readonly footage = new Map<string, Footage>();
  private readonly listeners = new Set<() => void>();
  private readonly timeListeners = new Set<() => void>();
  private lanes: readonly Lane[] = [];
  private snapshot: Snapshot = {
    playing: false,
    rate: 1,
    waiting: false,
    skipsGaps: true,
    heard: undefined,
    focus: undefined,
    tiles: {},
  };
  private raf = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private sought: { at: number; time: number } | undefined;
  private stepping = false;

  /** The time as listeners were told of it last: it stands still between two tellings. */
  told: number;

  constructor(time: number) {
    this.clock = new Clock(time);
    this.told = time;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly view = (): Snapshot => this.snapshot;

  readonly subscribeTime = (listener: () => void): (() => void) => {
    this.timeListeners.add(listener);
    return () => this.timeListeners.delete(listener);
  };

  get time(): number {
    return this.clock.time;
  }

  /** Begins to work; the counterpart of {@link stop}. */
  start(): void {
    this.timer ??= setInterval(this.tick, IDLE_MS);
    this.wake();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    cancelAnimationFrame(this.raf);
    this.raf = 0;
    this.pause();
  }

  /** What is recorded when, for going over gaps. */
  know(lanes: readonly Lane[]): void {
    this.lanes = lanes;
  }

  attach(camera: string, video: HTMLVideoElement): () => void {
    const footage = this.footage.get(camera) ?? new Footage(camera);
    this.footage.set(camera, footage);
    const player = new CameraPlayer(video, footage, this.time);
    const tile: Tile = { player, shown: undefined, frame: USUAL_FRAME_S, callback: 0, waitsSince: undefined, beat: undefined };
    this.tiles.set(camera, tile);
    video.muted = this.snapshot.heard !== camera;
    player.setRate(this.snapshot.rate);
    player.seek(this.time);
    this.watchFrames(camera, tile);
    this.change({ focus: this.snapshot.focus ?? camera });
    return () => {
      this.tiles.delete(camera);
      if ('cancelVideoFrameCallback' in video) {
        video.cancelVideoFrameCallback(tile.callback);
      }
      player.close();
      const { [camera]: gone, ...tiles } = this.snapshot.tiles;
      void gone;
      this.change({
        tiles,
        focus: this.snapshot.focus === camera ? [...this.tiles.keys()][0] : this.snapshot.focus,
        heard: this.snapshot.heard === camera ? undefined : this.snapshot.heard,
      });
    };
  }

  video(camera: string): HTMLVideoElement | undefined {
    return this.tiles.get(camera)?.player.video;
  }

  /** The wall-clock time of the picture that a camera shows now. */
  shownAt(camera: string): number | undefined {
    const shown = this.tiles.get(camera)?.shown;
    return shown === undefined ? undefined : toWall(shown);
  }

  /** A seek to that time is likely: fetches what it takes. */
  prepare(time: number): void {
    for (const { player } of this.tiles.values()) {
      player.prepare(time);
    }
  }

  seek(time: number): void {
    const target = Math.min(time, Date.now() - NEWEST_MS);
    this.clock.set(target);
    this.sought = { at: performance.now(), time: target };
    for (const tile of this.tiles.values()) {
      tile.waitsSince = undefined;
      tile.player.seek(target);
    }
    this.wake();
    this.tellTime();
  }

  play(): void {
    if (!this.snapshot.playing) {
      this.change({ playing: true });
      this.wake();
    }
  }

  pause(): void {
    this.clock.hold();
    for (const { player } of this.tiles.values()) {
      player.video.pause();
    }
    this.change({ playing: false, waiting: false });
  }

  toggle(): void {
    if (this.snapshot.playing) {
      this.pause();
    } else {
      if (this.snapshot.rate < 0) {
        this.setRate(1);
      }
      this.play();
    }
  }

  setRate(rate: number): void {
    this.clock.setRate(rate);
    for (const { player } of this.tiles.values()) {
      player.setRate(rate);
    }
    this.change({ rate });
    this.wake();
  }

  /** J and L: each press faster that way, or the other way round. */
  shuttle(direction: 1 | -1): void {
    this.setRate(shuttled(this.snapshot.rate, this.snapshot.playing, direction));
    this.play();
  }

  hear(camera: string | undefined): void {
    for (const [id, { player }] of this.tiles) {
      player.video.muted = id !== camera;
    }
    this.change({ heard: camera });
  }

  focusOn(camera: string): void {
    this.change({ focus: camera });
  }

  skipGaps(skips: boolean): void {
    this.change({ skipsGaps: skips });
  }

  /** To where recording goes on, in any of the cameras, before or behind. */
  skip(direction: 1 | -1): void {
    const time = this.time;
    const next =
      direction > 0
        ? nextRecorded(this.lanes, time)
        : lastRecorded(this.lanes, time);
    if (next !== undefined && next !== time) {
      this.seek(direction > 0 ? next + 1 : next - 1000);
    }
  }

  /** One picture on or back, of the camera in focus; the others go to the same time. */
  async step(direction: 1 | -1): Promise<void> {
    this.pause();
    const tile = (this.snapshot.focus && this.tiles.get(this.snapshot.focus)) || [...this.tiles.values()][0];
    if (!tile || this.stepping) {
      return;
    }
    this.stepping = true;
    try {
      const from = tile.shown ?? toMedia(this.time);
      // Where a picture is missing, the next one is further away.
      for (let pictures = 1; pictures <= 8; pictures *= 2) {
        const target = stepTarget(from, tile.frame * pictures, direction);
        if (toWall(target) > Date.now() - NEWEST_MS) {
          return;
        }
        tile.player.seek(toWall(target));
        await settled(tile.player.video);
        if (tile.shown === undefined || Math.abs(tile.shown - from) > tile.frame / 4) {
          break;
        }
      }
      const time = toWall(tile.shown ?? tile.player.video.currentTime);
      this.clock.set(time + 1);
      for (const other of this.tiles.values()) {
        if (other !== tile) {
          other.player.seek(time + 1);
        }
      }
      this.tellTime();
    } finally {
      this.stepping = false;
    }
  }

  private wake(): void {
    if (this.raf === 0 && this.timer !== undefined) {
      this.raf = requestAnimationFrame(this.frame);
    }
  }

  private readonly frame = () => {
    this.raf = 0;
    this.tick();
    if (this.snapshot.playing) {
      this.wake();
    }
  };

  private readonly tick = () => {
    if (this.stepping) {
      return;
    }
    const views: Record<string, TileView> = {};
    let time = this.clock.time;
    for (const [camera, tile] of this.tiles) {
      tile.player.follow(time);
      const state = tile.player.stateAt(time);
      const { trouble, sounds } = tile.player;
      views[camera] = state === 'trouble' ? { state, trouble, sounds } : { state, sounds };
    }
    let waiting = false;
    if (this.snapshot.playing) {
      waiting = this.beat(time, views);
      time = this.clock.time;
    }
    for (const [camera, tile] of this.tiles) {
      this.guide(tile, views[camera]?.state ?? 'loading', time);
    }
    this.change({ tiles: views, waiting });
    if (this.snapshot.playing) {
      this.tellTime();
    }
  };

  /** Decides whether time goes on; says whether it waits for somebody. */
  private beat(time: number, views: Record<string, TileView>): boolean {
    const { rate, skipsGaps } = this.snapshot;
    if (rate > 0 && time > Date.now() - NEWEST_MS) {
      this.clock.set(Date.now() - NEWEST_MS);
      if (rate > 1) {
        this.setRate(1);
      }
    }
    const states = Object.values(views).map((it) => it.state);
    if (states.length > 0 && states.every((it) => it === 'gap' || it === 'trouble')) {
      const next = rate > 0 ? nextRecorded(this.lanes, time) : lastRecorded(this.lanes, time);
      if (skipsGaps && states.includes('gap') && next !== undefined && Math.abs(next - time) > 300) {
        this.seek(rate > 0 ? next + 1 : next - 1);
        this.sought = undefined;
        return true;
      }
      this.clock.run();
      return false;
    }
    const free = rate < 0 || rate > FASTEST_PLAYED;
    if (this.someoneIsLate(views, free)) {
      this.clock.hold();
      return true;
    }
    this.takeBeat(views, free);
    this.clock.run();
    return false;
  }

  /** Running free it is enough to have what is to be shown: pictures come as fast as they can. */
  private someoneIsLate(views: Record<string, TileView>, free: boolean): boolean {
    let late = false;
    let ready = false;
    const now = performance.now();
    for (const [camera, tile] of this.tiles) {
      const state = free && tile.player.holds(this.clock.time) ? 'ready' : views[camera]?.state;
      if (state === 'loading' || state === 'edge') {
        tile.waitsSince ??= now;
        late ||= now - tile.waitsSince < PATIENCE_MS;
      } else {
        tile.waitsSince = undefined;
        ready ||= state === 'ready';
      }
    }
    return late || !ready;
  }

  /** Sound cannot be nudged unheard, so that who is heard leads. */
  private takeBeat(views: Record<string, TileView>, free: boolean): void {
    const { heard, focus } = this.snapshot;
    const leader = [heard, focus, ...this.tiles.keys()].find((it) => it && views[it]?.state === 'ready');
    const tile = leader === undefined ? undefined : this.tiles.get(leader);
    if (free || !tile || tile.player.video.paused || tile.player.seeking || !this.clock.running) {
      return;
    }
    // One that stands, as at the end of a recording, must not hold up time itself.
    const beat = tile.player.time;
    if (beat !== tile.beat && correction(beat - this.clock.time, this.snapshot.rate).kind !== 'seek') {
      this.clock.set(beat);
    }
    tile.beat = beat;
  }

  /** Brings a picture to the clock. */
  private guide(tile: Tile, state: TileState, time: number): void {
    const { player } = tile;
    const { video } = player;
    const { playing, rate } = this.snapshot;
    if (state === 'gap' || state === 'trouble') {
      video.pause();
      return;
    }
    const played = rate > 0 && rate <= FASTEST_PLAYED;
    if (!playing || !played) {
      if (!video.paused) {
        video.pause();
      }
      const off = Math.abs(player.time - player.aim(time));
      const far = off > (playing ? 20 : AT_REST_MS);
      const lost = player.seeking && off > LOST_MS * Math.max(1, Math.abs(rate));
      if (far && player.holds(time) && (!player.seeking || lost)) {
        player.seek(time);
      }
      return;
    }
    if (state !== 'ready' || !this.clock.running) {
      if (!video.paused && !this.clock.running) {
        video.pause();
      }
      const off = Math.abs(player.time - player.aim(time));
      if (off > (player.seeking ? LOST_MS : AT_REST_MS * 2) && player.holds(time)) {
        player.seek(time);
      }
      return;
    }
    if (video.paused) {
      video.playbackRate = rate;
      // Refused if the browser thinks that nobody asked for it; the next beat tries again.
      video.play().catch(() => undefined);
      return;
    }
    const todo = correction(player.time - player.aim(time), rate);
    if (todo.kind === 'seek') {
      player.seek(time);
    } else if (Math.abs(video.playbackRate - todo.rate) > 0.004) {
      video.playbackRate = todo.rate;
    }
  }

  private watchFrames(camera: string, tile: Tile): void {
    const { video } = tile.player;
    if (!('requestVideoFrameCallback' in video)) {
      return;
    }
    const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
      const before = tile.shown;
      tile.shown = mediaTime;
      if (before !== undefined && !video.paused && mediaTime > before && mediaTime - before < 0.5) {
        // The shortest seen of late: skipped pictures only ever make it longer.
        tile.frame = Math.min(tile.frame * 1.02, Math.max(0.008, mediaTime - before), 0.5);
      }
      const { sought } = this;
      if (sought && camera === this.snapshot.focus && Math.abs(toWall(mediaTime) - sought.time) < 1500) {
        performance.measure('vigil-seek', { start: sought.at, end: performance.now() });
        this.sought = undefined;
      }
      tile.callback = video.requestVideoFrameCallback(onFrame);
    };
    tile.callback = video.requestVideoFrameCallback(onFrame);
  }

  private change(some: Partial<Snapshot>): void {
    const next = { ...this.snapshot, ...some };
    if (some.tiles && sameTiles(some.tiles, this.snapshot.tiles)) {
      next.tiles = this.snapshot.tiles;
    }
    if ((Object.keys(next) as (keyof Snapshot)[]).some((key) => next[key] !== this.snapshot[key])) {
      this.snapshot = next;
      for (const listener of this.listeners) {
        listener();
      }
    }
  }

  private tellTime(): void {
    this.told = this.clock.time;
    for (const listener of this.timeListeners) {
      listener();
    }
  }
}

function sameTiles(a: Readonly<Record<string, TileView>>, b: Readonly<Record<string, TileView>>): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => a[key]?.state === b[key]?.state && a[key]?.trouble === b[key]?.trouble && a[key]?.sounds === b[key]?.sounds)
  );
}

/** Until a seek is done and its picture is on the screen; not for ever. */
function settled(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, 3000);
    const done = () => {
      clearTimeout(limit);
      resolve();
    };
    if ('requestVideoFrameCallback' in video) {
      // Registered after the one that notes the time of the picture, so that it runs after it.
      video.addEventListener('seeked', () => setTimeout(done, 60), { once: true });
    } else {
      (video as HTMLVideoElement).addEventListener('seeked', done, { once: true });
    }
  });
}
