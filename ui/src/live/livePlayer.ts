import { Attempts, type Attempt } from './attempts';
import { Backoff } from './backoff';
import { withoutSound } from './fragment';
import { MediaSink, type MediaSourceClass } from './mediaSink';
import { hasAudio, parseMessage, silentMime, videoCodec, type Message, type StreamRole } from './messages';
import { Pacer } from './pacing';

/** What a viewer is told; each kind has its own icon and words. */
export type LiveState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'playing' }
  /** Connected, but nothing comes. */
  | { readonly kind: 'stalled' }
  /** Out of sight. */
  | { readonly kind: 'paused' }
  | { readonly kind: 'offline'; readonly cause: string }
  /** The server cannot be reached; tried again by itself. */
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'unsupported'; readonly codec: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'ended'; readonly cause: 'unknown camera' | 'no such stream' };

export interface LiveSnapshot {
  readonly state: LiveState;
  readonly stream: StreamRole;
  readonly transcoded: boolean;
  /** Why the stream that was asked for is not the one that is shown. */
  readonly detour: 'none' | 'codec' | 'missing';
  readonly codec: string | undefined;
  /** The camera sends sound, be it played or not. */
  readonly audio: boolean;
  /** A picture has been shown since the start; what stands there now may be old. */
  readonly picture: boolean;
  /** Pictures the server left out for this viewer, in all. */
  readonly dropped: number;
  /** Some were left out, or skipped, just now. */
  readonly behind: boolean;
  /** Not live: the viewer went back. */
  readonly timeshift: boolean;
}

export interface Measurement {
  /** From the picture that is shown to the newest that is here. */
  readonly delaySeconds: number;
  readonly rate: number;
  readonly firstPictureMillis: number | undefined;
  readonly shownPictures: number;
  readonly droppedByBrowser: number;
  readonly bitrateBps: number;
}

export type Reachability = 'ok' | 'unauthorized' | 'unknown camera' | 'unreachable';

/** What the player takes from its surroundings. */
export interface LivePorts {
  socket(attempt: Attempt): WebSocket;
  /** Undefined where the browser has no Media Source Extensions at all. */
  readonly mediaSource: MediaSourceClass | undefined;
  /** Asked when a connection was refused: a browser does not say why. */
  probe(): Promise<Reachability>;
  nowMillis(): number;
  random(): number;
}

export interface LiveOptions {
  readonly stream: StreamRole;
  /** Sound keeps the picture a fifth of a second longer: without it, it is left out as if there were none. */
  readonly sound: boolean;
  /** How much of the past stays in memory. */
  readonly keepSeconds: number;
}

const TICK_MILLIS = 250;
const SETTLING_MILLIS = 1500;
const SILENCE_MILLIS = 10_000;
/** Nothing is due from a camera that is away, but a connection that died in silence must be noticed. */
const OFFLINE_SILENCE_MILLIS = 60_000;
const STILL_MILLIS = 1500;
const BEHIND_SHOWN_MILLIS = 5000;
const MOST_KEPT_SECONDS = 90;
const MOST_FAILURES = 3;
const GONE_RETRY_MILLIS = 20_000;

const CONNECTING: LiveState = { kind: 'connecting' };

const IDLE: LiveSnapshot = {
  state: { kind: 'idle' },
  stream: 'main',
  transcoded: false,
  detour: 'none',
  codec: undefined,
  audio: false,
  picture: false,
  dropped: 0,
  behind: false,
  timeshift: false,
};

/**
 * Shows one camera in one video element, for hours. One connection at a time; whatever goes wrong is
 * tried again by itself, unless it cannot get better. Knows nothing of the page around it.
 */
export class LivePlayer {
  private snapshot: LiveSnapshot;
  private readonly listeners = new Set<() => void>();
  private readonly pacer = new Pacer();
  private readonly backoff: Backoff;
  private attempts: Attempts;
  private attempt: Attempt | undefined;
  private socket: WebSocket | undefined;
  private sink: MediaSink | undefined;
  private announced: Extract<Message, { type: 'init' }> | undefined;
  private visible = true;
  private running = false;
  private offline = false;
  private offlineCause = '';
  /** Fragments are of no use before the next init segment. */
  private waitingForInit = true;
  private failures = 0;

  private ticker: ReturnType<typeof setInterval> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private startedAt = 0;
  private firstPictureMillis: number | undefined;
  private heardAt = 0;
  private initAt = 0;
  private behindUntil = 0;
  private lastTime = -1;
  private movedAt = 0;
  private rateBytes = 0;
  private rateSince = 0;
  private bitrateBps = 0;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly ports: LivePorts,
    private readonly options: LiveOptions,
  ) {
    this.backoff = new Backoff(ports.random);
    this.attempts = new Attempts(options.stream);
    this.snapshot = { ...IDLE, stream: options.stream };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): LiveSnapshot => this.snapshot;

  start(): void {
    if (this.running) {
      return;
    }
    this.running = true;
    this.video.addEventListener('error', this.videoBroke);
    this.video.addEventListener('waiting', this.starved);
    this.video.addEventListener('loadeddata', this.pictured);
    this.ticker = setInterval(this.tick, TICK_MILLIS);
    if (this.visible) {
      this.connect();
    } else {
      this.become({ kind: 'paused' });
    }
  }

  /** Lets go of everything. It can be started again. */
  stop(): void {
    this.running = false;
    clearInterval(this.ticker);
    this.video.removeEventListener('error', this.videoBroke);
    this.video.removeEventListener('waiting', this.starved);
    this.video.removeEventListener('loadeddata', this.pictured);
    this.disconnect();
    this.closeSink();
    this.become({ kind: 'idle' });
  }

  /** Tries everything from the beginning. */
  retry(): void {
    if (!this.running) {
      return;
    }
    this.attempts = new Attempts(this.options.stream);
    this.backoff.succeeded();
    this.failures = 0;
    this.disconnect();
    if (this.visible) {
      this.connect();
    }
  }

  /** The network or the server is back: do not wait for the next try. */
  hurry(): void {
    const { kind } = this.snapshot.state;
    if (this.running && this.visible && ['disconnected', 'unauthorized', 'ended'].includes(kind)) {
      this.backoff.succeeded();
      this.connect();
    }
  }

  /** What nobody sees costs nothing: the server is told to send nothing. */
  setVisible(visible: boolean): void {
    if (this.visible === visible) {
      return;
    }
    this.visible = visible;
    if (!this.running || isFinal(this.snapshot.state)) {
      return;
    }
    if (visible) {
      this.resume();
    } else {
      this.pause();
    }
  }

  /** Goes back within what is in memory; false if there is not that much. */
  seekBack(seconds: number): boolean {
    const sink = this.sink;
    const range = sink?.ranges().at(-1);
    const to = this.video.currentTime - seconds;
    if (!sink || !range || to < Math.max(range[0], sink.runStartSeconds) - 0.5) {
      return false;
    }
    this.video.currentTime = Math.max(to, range[0]);
    this.video.playbackRate = 1;
    this.update({ timeshift: true });
    return true;
  }

  toLive(): void {
    const range = this.sink?.ranges().at(-1);
    if (range) {
      this.pacer.moved();
      this.video.currentTime = Math.max(range[0], range[1] - 0.15);
    }
    this.update({ timeshift: false });
    this.play();
  }

  /** Seconds behind the newest picture. */
  get delaySeconds(): number {
    return this.sink ? Math.max(0, this.sink.edgeSeconds - this.video.currentTime) : 0;
  }

  measure(): Measurement {
    const quality = this.video.getVideoPlaybackQuality?.();
    return {
      delaySeconds: this.delaySeconds,
      rate: this.video.playbackRate,
      firstPictureMillis: this.firstPictureMillis,
      shownPictures: quality ? quality.totalVideoFrames - quality.droppedVideoFrames : 0,
      droppedByBrowser: quality?.droppedVideoFrames ?? 0,
      bitrateBps: this.bitrateBps,
    };
  }

  // The connection

  private connect(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    if (!this.ports.mediaSource) {
      this.become({ kind: 'unsupported', codec: 'MSE' });
      return;
    }
    const attempt = this.attempts.current();
    if (!attempt) {
      this.giveUp();
      return;
    }
    this.disconnect();
    this.attempt = attempt;
    this.waitingForInit = true;
    this.offline = false;
    this.startedAt = this.ports.nowMillis();
    this.heardAt = this.startedAt;
    this.update({
      state: CONNECTING,
      stream: attempt.stream,
      transcoded: attempt.transcode,
      detour: this.attempts.detour(),
    });
    this.listen(this.ports.socket(attempt));
  }

  private listen(socket: WebSocket): void {
    let opened = false;
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      opened = true;
      this.heardAt = this.ports.nowMillis();
      if (!this.visible) {
        this.send('pause');
      }
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      this.heardAt = this.ports.nowMillis();
      if (typeof event.data === 'string') {
        const message = parseMessage(event.data);
        if (message) {
          this.hear(message);
        }
      } else {
        this.take(event.data);
      }
    };
    socket.onclose = (event: CloseEvent) => {
      this.socket = undefined;
      if (event.code === 1008 || !opened) {
        void this.askWhy();
      } else {
        this.tryLater();
      }
    };
  }

  private disconnect(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const socket = this.socket;
    this.socket = undefined;
    this.announced = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private tryLater(): void {
    if (!this.running) {
      return;
    }
    this.disconnect();
    if (!this.visible) {
      this.become({ kind: 'paused' });
      return;
    }
    this.become({ kind: 'disconnected' });
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, this.backoff.nextMillis());
  }

  private async askWhy(): Promise<void> {
    this.disconnect();
    const asked = this.attempt;
    const why = await this.ports.probe();
    if (!this.running || this.socket !== undefined || this.attempt !== asked) {
      return;
    }
    if (why === 'unauthorized') {
      this.become({ kind: 'unauthorized' });
    } else if (why === 'unknown camera') {
      this.beGone();
    } else {
      if (why === 'ok' && asked?.transcode) {
        this.failed();
      }
      this.tryLater();
    }
  }

  /** A server that is just starting does not know its cameras yet, so it is asked again now and then. */
  private beGone(): void {
    this.disconnect();
    this.become({ kind: 'ended', cause: 'unknown camera' });
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, GONE_RETRY_MILLIS);
  }

  /** This way did not work. Perhaps it does the next time; if not, another way is tried. */
  private failed(): void {
    this.failures++;
    if (this.failures >= MOST_FAILURES && this.attempt) {
      this.failures = 0;
      this.attempts.notPlayable(this.attempt);
    }
  }

  private send(type: 'pause' | 'resume'): void {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ type }));
    }
  }

  private pause(): void {
    this.waitingForInit = true;
    this.send('pause');
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.video.pause();
    this.become({ kind: 'paused' });
  }

  private resume(): void {
    this.update({ timeshift: false });
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.heardAt = this.ports.nowMillis();
      this.send('resume');
      this.become(this.offline ? { kind: 'offline', cause: this.offlineCause } : CONNECTING);
    } else if (this.socket?.readyState === WebSocket.CONNECTING) {
      this.become(CONNECTING);
    } else {
      this.connect();
    }
  }

  /** Leaves out what cannot be shown in time: the server starts again at its newest keyframe. */
  private skipAhead(): void {
    this.waitingForInit = true;
    this.behindUntil = this.ports.nowMillis() + BEHIND_SHOWN_MILLIS;
    this.update({ behind: true });
    this.send('pause');
    this.send('resume');
  }

  // What comes

  private hear(message: Message): void {
    if (message.type === 'init') {
      this.offline = false;
      this.prepare(message);
    } else if (message.type === 'drop') {
      this.behindUntil = this.ports.nowMillis() + BEHIND_SHOWN_MILLIS;
      this.update({ dropped: this.snapshot.dropped + message.accessUnits, behind: true });
    } else if (message.cause === 'no such stream') {
      this.next((attempt) => {
        this.attempts.noSuchStream(attempt);
      });
    } else if (message.cause === 'unknown camera') {
      this.beGone();
    } else {
      this.offline = true;
      this.offlineCause = message.cause;
      this.waitingForInit = true;
      if (this.visible) {
        this.become({ kind: 'offline', cause: message.cause });
      }
    }
  }

  private prepare(init: Extract<Message, { type: 'init' }>): void {
    if (!this.ports.mediaSource?.isTypeSupported(this.played(init.mime))) {
      this.update({ codec: videoCodec(init.mime) });
      this.next((attempt) => {
        this.attempts.notPlayable(attempt);
      });
      return;
    }
    this.announced = init;
    this.waitingForInit = false;
  }

  private played(mime: string): string {
    return this.options.sound ? mime : silentMime(mime);
  }

  private next(rule: (attempt: Attempt) => void): void {
    if (this.attempt) {
      rule(this.attempt);
    }
    this.disconnect();
    this.connect();
  }

  private giveUp(): void {
    this.disconnect();
    const codec = this.snapshot.codec;
    this.become(
      codec === undefined
        ? { kind: 'ended', cause: 'no such stream' }
        : { kind: 'unsupported', codec },
    );
  }

  private take(bytes: ArrayBuffer): void {
    this.rateBytes += bytes.byteLength;
    if (this.waitingForInit || !this.visible) {
      return;
    }
    const init = this.announced;
    if (!init) {
      this.sink?.media(bytes);
      return;
    }
    this.announced = undefined;
    this.initAt = this.ports.nowMillis();
    this.movedAt = this.initAt;
    this.pacer.moved();
    const mime = this.played(init.mime);
    this.pacer.sounds(hasAudio(mime));
    if (this.sink && !this.sink.takes(mime)) {
      this.closeSink();
    }
    this.sink ??= this.openSink();
    this.sink.init(mime, hasAudio(mime) ? bytes : withoutSound(bytes));
    this.update({ codec: videoCodec(init.mime), audio: hasAudio(init.mime) });
    this.play();
  }

  private openSink(): MediaSink {
    const mediaSource = this.ports.mediaSource;
    if (!mediaSource) {
      throw new Error('no media source');
    }
    const sink: MediaSink = new MediaSink(this.video, mediaSource, {
      arrived: (start) => {
        this.pacer.arrived(start - this.video.currentTime, this.ports.nowMillis());
      },
      appended: this.advance,
      overflowed: () => {
        this.skipAhead();
      },
      failed: () => {
        if (this.sink === sink) {
          this.startOver();
        }
      },
    });
    return sink;
  }

  private closeSink(): void {
    this.sink?.close();
    this.sink = undefined;
    this.lastTime = -1;
    this.update({ picture: false });
  }

  /** The browser did not take it. */
  private startOver(): void {
    this.closeSink();
    this.disconnect();
    this.failed();
    this.tryLater();
  }

  // The picture

  private play(): void {
    void this.video.play().catch((reason: unknown) => {
      if (reason instanceof DOMException && reason.name === 'NotAllowedError') {
        // Browsers let only silent videos start by themselves.
        this.video.muted = true;
        void this.video.play().catch(() => undefined);
      }
    });
  }

  private readonly videoBroke = (): void => {
    if (this.video.error && this.sink) {
      this.startOver();
    }
  };

  private readonly starved = (): void => {
    if (this.snapshot.state.kind === 'playing' && !this.snapshot.timeshift) {
      this.pacer.starved();
    }
  };

  private readonly pictured = (): void => {
    this.firstPictureMillis ??= this.ports.nowMillis() - this.startedAt;
    this.update({ picture: true });
    this.advance();
  };

  /** Right after something was added, while the first pictures come in: be live at once. */
  private readonly advance = (): void => {
    if (this.snapshot.picture && this.ports.nowMillis() - this.initAt < SETTLING_MILLIS) {
      this.keepPace();
    }
  };

  private readonly tick = (): void => {
    const now = this.ports.nowMillis();
    if (now - this.rateSince >= 1000) {
      this.bitrateBps = Math.round((this.rateBytes * 8000) / (now - this.rateSince));
      this.rateBytes = 0;
      this.rateSince = now;
    }
    if (this.snapshot.behind && now > this.behindUntil) {
      this.update({ behind: false });
    }
    if (!this.visible) {
      return;
    }
    if (this.socket) {
      this.watchSilence(now);
    }
    if (this.sink && this.socket && !this.offline) {
      this.watchPicture(now);
      this.keepPace();
      this.sink?.trim(this.keepFrom());
    }
  };

  private watchSilence(now: number): void {
    const silence = now - this.heardAt;
    if (silence > (this.offline ? OFFLINE_SILENCE_MILLIS : SILENCE_MILLIS)) {
      this.tryLater();
    }
  }

  private watchPicture(now: number): void {
    const time = this.video.currentTime;
    if (time !== this.lastTime) {
      this.lastTime = time;
      this.movedAt = now;
      if (this.snapshot.picture && !this.waitingForInit) {
        this.backoff.succeeded();
        if (now - this.initAt > 10_000) {
          this.failures = 0;
        }
        this.become({ kind: 'playing' });
      }
      return;
    }
    if (this.snapshot.timeshift || now - this.movedAt < STILL_MILLIS) {
      return;
    }
    this.movedAt = now;
    if (this.delaySeconds < 0.5) {
      if (this.snapshot.state.kind === 'playing') {
        this.become({ kind: 'stalled' });
      }
    } else if (this.video.paused) {
      this.play();
    } else {
      // There is something to show and it is not shown: a decoder that needs a push.
      this.toLive();
      this.failures++;
      if (this.failures >= MOST_FAILURES) {
        this.startOver();
      }
    }
  }

  private keepPace(): void {
    const sink = this.sink;
    if (!sink || this.video.seeking) {
      return;
    }
    const now = this.ports.nowMillis();
    const at = this.video.currentTime;
    if (this.snapshot.timeshift) {
      const ranges = sink.ranges();
      const next = ranges.find(([start]) => start > at);
      if (next && !ranges.some(([start, end]) => at >= start && at < end - 0.05)) {
        this.video.currentTime = next[0];
      }
      return;
    }
    const settling = now - this.initAt < SETTLING_MILLIS;
    const pace = this.pacer.decide(at, sink.ranges(), settling);
    if (pace.seek !== undefined) {
      if (!settling) {
        this.behindUntil = now + BEHIND_SHOWN_MILLIS;
        this.update({ behind: true });
      }
      this.video.currentTime = pace.seek;
    }
    if (this.video.playbackRate !== pace.rate) {
      this.video.playbackRate = pace.rate;
    }
  }

  private keepFrom(): number {
    const edge = this.sink?.edgeSeconds ?? 0;
    const wanted = Math.min(this.video.currentTime - 1, edge - this.options.keepSeconds);
    return Math.max(wanted, edge - MOST_KEPT_SECONDS);
  }

  // What is told

  private become(state: LiveState): void {
    const old = this.snapshot.state;
    if (old.kind !== state.kind || JSON.stringify(old) !== JSON.stringify(state)) {
      this.update({ state });
    }
  }

  private update(change: Partial<LiveSnapshot>): void {
    const keys = Object.keys(change) as (keyof LiveSnapshot)[];
    if (keys.some((key) => this.snapshot[key] !== change[key])) {
      this.snapshot = { ...this.snapshot, ...change };
      this.listeners.forEach((listener) => {
        listener();
      });
    }
  }
}

/** Nothing changes these but the viewer, or a new set-up. */
export function isFinal(state: LiveState): boolean {
  return state.kind === 'unsupported' || state.kind === 'ended' || state.kind === 'unauthorized';
}
