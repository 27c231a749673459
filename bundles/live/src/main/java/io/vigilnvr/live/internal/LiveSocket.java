package io.vigilnvr.live.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.stream.StreamHub.Subscription;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One viewer. One message is on its way at a time, and the next is taken from the hub's queue when
 * that one is gone; so a viewer holds {@link #MAX_QUEUED_BYTES} and one picture at most, and a slow
 * one is moved on by the hub.
 */
final class LiveSocket {
  /** With the one picture that is on its way, 2 MiB for pictures of up to 256 KiB. */
  static final long MAX_QUEUED_BYTES = 1792 << 10;

  static final int GOING_AWAY = 1001;
  static final int REFUSED_DATA = 1003;
  static final int NOT_ALLOWED = 1008;

  private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** So many looks a good-bye may take. */
  private static final int LAST_LOOKS = 3;

  /** Frames of any kind in so many looks; a player needs one in 20 s. */
  private static final int MOST_FRAMES = 50;

  private static final int LOOKS_FOR_FRAMES = 10;

  /** Where the stream comes from; fails like {@code StreamHub.watch} and {@code Transcoder}. */
  interface Source {
    /**
     * @return empty if it is away
     */
    Optional<Subscription> watch(StreamViewer viewer);
  }

  /** What is to be sent. */
  private sealed interface Message {
    record Text(String text) implements Message {}

    record Bytes(ByteBuffer bytes) implements Message {}

    record Close(int code, String reason) implements Message {}
  }

  /** A subscription and its queue; what an earlier one still says is not regarded. */
  private final class Place implements StreamViewer {
    private volatile StreamViewer.@Nullable Queue queue;
    private volatile @Nullable Subscription subscription;

    @Override
    public void ready(StreamViewer.Queue from) {
      queue = from;
      turn.signal();
    }

    Optional<Item> poll() {
      StreamViewer.Queue from = queue;
      return from == null ? Optional.empty() : from.poll();
    }

    void leave() {
      Subscription left = subscription;
      if (left != null) {
        left.close();
      }
    }
  }

  private final StreamId stream;
  private final Credential credential;
  private final Source source;
  private final Wire wire;
  private final Turn turn;

  /** Goes before what the hub has. */
  private final Queue<Message> out = new ConcurrentLinkedQueue<>();

  private volatile boolean sending;
  private volatile @Nullable Place place;

  /** What the viewer was told last: that there is a picture, or why there is none. */
  private volatile Optional<String> endedBy = Optional.empty();

  // Guarded by this.
  private boolean paused;
  private boolean over;
  private long pingedNanos;
  private int looks;

  private volatile long heardNanos;
  private volatile int frames;

  LiveSocket(
      StreamId stream,
      Credential credential,
      Source source,
      Wire wire,
      Executor executor,
      long nowNanos) {
    this.stream = stream;
    this.credential = credential;
    this.source = source;
    this.wire = wire;
    this.turn = new Turn(executor, this::work);
    this.heardNanos = nowNanos;
    this.pingedNanos = nowNanos;
  }

  StreamId stream() {
    return stream;
  }

  Credential credential() {
    return credential;
  }

  /** Why nothing is shown; empty while something is, or nothing was said yet. */
  Optional<String> endedBy() {
    return endedBy;
  }

  // ---- the stream's side

  /** Starts to watch, unless it does, or need not. */
  synchronized void watch() {
    if (paused || over || place != null) {
      return;
    }
    var next = new Place();
    place = next;
    try {
      Optional<Subscription> subscription = source.watch(next);
      if (subscription.isPresent()) {
        next.subscription = subscription.get();
        return;
      }
      end("platform");
    } catch (NoSuchElementException e) {
      end("offline");
    } catch (DecodeUnavailableException e) {
      end(String.valueOf(e.getMessage()));
    }
    place = null;
  }

  /** The source goes; {@link #watch} is called when it, or another, is back. */
  synchronized void leave() {
    Place left = place;
    if (left != null) {
      place = null;
      left.leave();
      end("platform");
    }
  }

  private void end(String cause) {
    if (!endedBy.equals(Optional.of(cause))) {
      out.add(new Message.Text(Texts.end(cause)));
      endedBy = Optional.of(cause);
      turn.signal();
    }
  }

  /** One thread at a time. */
  private void work() {
    while (!sending) {
      Message next = out.poll();
      if (next != null) {
        send(next);
        continue;
      }
      Place from = place;
      Optional<Item> item = from == null ? Optional.empty() : from.poll();
      if (item.isEmpty()) {
        return;
      }
      translate(item.get());
    }
  }

  private void translate(Item item) {
    if (item instanceof Item.Media media) {
      out.add(new Message.Bytes(media.fragment().bytes()));
    } else if (item instanceof Item.Init init) {
      endedBy = Optional.empty();
      out.add(new Message.Text(Texts.init(init.mime(), stream.role().word())));
      out.add(new Message.Bytes(init.bytes()));
    } else if (item instanceof Item.Dropped dropped) {
      out.add(new Message.Text(Texts.drop(dropped.accessUnits())));
    } else if (item instanceof Item.Ended ended) {
      end(ended.cause());
    }
  }

  private void send(Message message) {
    if (message instanceof Message.Close close) {
      out.clear();
      wire.close(close.code(), close.reason());
      return;
    }
    sending = true;
    if (message instanceof Message.Text text) {
      wire.text(text.text(), this::sent);
    } else if (message instanceof Message.Bytes bytes) {
      wire.bytes(bytes.bytes().duplicate(), this::sent);
    }
  }

  private void sent(boolean well) {
    if (well) {
      sending = false;
      turn.signal();
    } else {
      // The connection is gone, which is told elsewhere, too; nothing more is sent.
      closed();
    }
  }

  // ---- the client's side

  /** A frame of any kind came. Says whether it is to be regarded. */
  boolean heard(long nowNanos) {
    heardNanos = nowNanos;
    // The container's threads bring one frame at a time.
    int count = frames + 1;
    frames = count;
    if (count == MOST_FRAMES) {
      refuse("too many messages");
    }
    return count < MOST_FRAMES;
  }

  void said(String text) {
    Optional<Texts.Command> command = Texts.command(text);
    if (command.isEmpty()) {
      refuse("send pause or resume");
    } else if (command.get() == Texts.Command.PAUSE) {
      pause();
    } else {
      resume();
    }
  }

  private synchronized void pause() {
    paused = true;
    Place left = place;
    if (left != null) {
      place = null;
      left.leave();
    }
  }

  private synchronized void resume() {
    paused = false;
    // What was told before the pause is told again: the player starts anew.
    endedBy = Optional.empty();
    watch();
  }

  void refuse(String reason) {
    close(NOT_ALLOWED, reason);
  }

  /** There will never be a picture. */
  void refuseStream(String cause) {
    end(cause);
    close(NOT_ALLOWED, cause);
  }

  /** Says good-bye once what is on its way is gone; the connection is cut if that takes long. */
  synchronized void close(int code, String reason) {
    if (over) {
      return;
    }
    stop();
    out.add(new Message.Close(code, reason));
    turn.signal();
  }

  /** The connection is gone. */
  synchronized void closed() {
    stop();
    out.clear();
  }

  private void stop() {
    over = true;
    looks = 0;
    Place left = place;
    if (left != null) {
      place = null;
      left.leave();
    }
  }

  void cut() {
    closed();
    wire.cut();
  }

  /** Called each second: keeps the connection alive, or ends it. */
  synchronized void look(long nowNanos) {
    looks++;
    if (over) {
      if (looks > LAST_LOOKS) {
        wire.cut();
      }
      return;
    }
    if (looks % LOOKS_FOR_FRAMES == 0) {
      frames = 0;
    }
    if (nowNanos - heardNanos > SILENCE_NANOS) {
      cut();
    } else if (nowNanos - pingedNanos >= PING_NANOS) {
      pingedNanos = nowNanos;
      wire.ping();
    }
    watch();
  }
}
