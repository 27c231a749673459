package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.decode.protocol.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pictures for whoever asks, one by one. All on the {@link Loop}, but for the asking. */
final class SinglePictures implements Pictures {
  private static final int AT_ONCE = 2;
  private static final int MOST_WAITING = 64;
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Key(StreamId stream, int maxWidthPx) {}

  /** What somebody waits for. */
  private record Asker(CompletableFuture<Jpeg> answer, long deadlineNanos) {}

  /** A picture of a live stream, under way or just made. */
  private static final class Shared {
    final CompletableFuture<Jpeg> made = new CompletableFuture<>();
    long endedNanos = Long.MAX_VALUE;
    @Nullable AutoCloseable gop;
  }

  private record Recorded(
      StreamId stream, Track track, Units.Unit unit, int maxWidthPx, Asker asker) {}

  private final Loop loop;
  private final WorkerPool pool;
  private final StreamHub hub;
  private final Map<Key, Shared> shared = new HashMap<>();
  private final Deque<Recorded> waiting = new ArrayDeque<>();
  private final List<Asker> askers = new ArrayList<>();
  private int underWay;

  SinglePictures(Loop loop, WorkerPool pool, StreamHub hub) {
    this.loop = loop;
    this.pool = pool;
    this.hub = hub;
  }

  @Override
  public CompletionStage<Jpeg> newest(StreamId stream, int maxWidthPx, Duration timeout) {
    Asker asker = asker(timeout);
    loop.execute(() -> newest(new Key(stream, maxWidthPx), asker));
    return asker.answer.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Jpeg> keyframe(
      StreamId stream, Track track, AccessUnit keyframe, int maxWidthPx, Duration timeout) {
    Asker asker = asker(timeout);
    Recorded recorded = new Recorded(stream, track, Units.Unit.of(keyframe), maxWidthPx, asker);
    loop.execute(() -> recorded(recorded));
    return asker.answer.minimalCompletionStage();
  }

  private static Asker asker(Duration timeout) {
    return new Asker(new CompletableFuture<>(), System.nanoTime() + timeout.toNanos());
  }

  private void newest(Key key, Asker asker) {
    askers.add(asker);
    Shared known = shared.get(key);
    if (known == null || System.nanoTime() - known.endedNanos > SHARED_NANOS) {
      known = new Shared();
      shared.put(key, known);
      grab(key, known, true);
    }
    answer(known.made, asker);
  }

  private static void answer(CompletionStage<Jpeg> made, Asker asker) {
    made.whenComplete(
        (jpeg, failure) -> {
          if (jpeg != null) {
            asker.answer.complete(jpeg);
          } else {
            asker.answer.completeExceptionally(failure);
          }
        });
  }

  private void grab(Key key, Shared to, boolean again) {
    try {
      to.gop =
          NewestGop.take(
              hub,
              key.stream,
              loop,
              new NewestGop.Taker() {
                @Override
                public void take(Track track, List<Units.Unit> units) {
                  to.gop = null;
                  decode(key, to, again, track, units);
                }

                @Override
                public void nothing(String cause) {
                  to.gop = null;
                  fail(to, new NoSuchElementException(cause));
                }
              });
    } catch (NoSuchElementException e) {
      fail(to, e);
    }
  }

  private void decode(Key key, Shared to, boolean again, Track track, List<Units.Unit> units) {
    Attempt attempt =
        new Attempt(
            units,
            new Attempt.Outcome() {
              @Override
              public void made(Jpeg jpeg) {
                to.endedNanos = System.nanoTime();
                to.made.complete(jpeg);
              }

              @Override
              public void failed(RuntimeException cause) {
                fail(to, cause);
              }

              @Override
              public void died() {
                if (again) {
                  grab(key, to, false);
                } else {
                  fail(to, dead(key.stream));
                }
              }
            });
    try {
      attempt.open(pool, key.stream, track, key.maxWidthPx);
    } catch (DecodeUnavailableException e) {
      fail(to, e);
    }
  }

  private static DecodeUnavailableException dead(StreamId stream) {
    return new DecodeUnavailableException(
        "the picture of " + stream + " could not be decoded", Duration.ofSeconds(5));
  }

  private static void fail(Shared to, RuntimeException cause) {
    to.endedNanos = System.nanoTime() - SHARED_NANOS; // the next one tries again
    to.made.completeExceptionally(cause);
  }

  private void recorded(Recorded recorded) {
    askers.add(recorded.asker);
    waiting.addLast(recorded);
    if (waiting.size() > MOST_WAITING) {
      waiting
          .removeFirst()
          .asker
          .answer
          .completeExceptionally(
              new DecodeUnavailableException(
                  "too many pictures are asked for", Duration.ofSeconds(1)));
    }
    next();
  }

  private void next() {
    while (underWay < AT_ONCE && !waiting.isEmpty()) {
      Recorded newest = waiting.removeLast();
      if (!newest.asker.answer.isDone()) {
        underWay++;
        decode(newest, true);
      }
    }
  }

  private void decode(Recorded recorded, boolean again) {
    CompletableFuture<Jpeg> answer = recorded.asker.answer;
    Attempt attempt =
        new Attempt(
            List.of(recorded.unit),
            new Attempt.Outcome() {
              @Override
              public void made(Jpeg jpeg) {
                answer.complete(jpeg);
                over();
              }

              @Override
              public void failed(RuntimeException cause) {
                answer.completeExceptionally(cause);
                over();
              }

              @Override
              public void died() {
                if (again && !answer.isDone()) {
                  decode(recorded, false);
                } else {
                  failed(dead(recorded.stream));
                }
              }
            });
    try {
      attempt.open(pool, recorded.stream, recorded.track, recorded.maxWidthPx);
    } catch (DecodeUnavailableException e) {
      answer.completeExceptionally(e);
      over();
    }
  }

  private void over() {
    underWay--;
    // Not at once: whoever failed may have a queue behind it that fails likewise.
    loop.execute(this::next);
  }

  /** Gives up what took too long, and forgets what nobody shares any more. */
  void look() {
    long now = System.nanoTime();
    askers.removeIf(
        asker -> {
          if (!asker.answer.isDone() && now > asker.deadlineNanos) {
            asker.answer.completeExceptionally(
                new DecodeUnavailableException(
                    "there was no picture in time", Duration.ofSeconds(2)));
          }
          return asker.answer.isDone();
        });
    boolean nobody = askers.isEmpty();
    shared
        .values()
        .removeIf(
            each -> {
              AutoCloseable gop = each.gop;
              if (gop != null && nobody) {
                close(gop);
                each.gop = null;
                return true;
              }
              return each.endedNanos != Long.MAX_VALUE && now - each.endedNanos > SHARED_NANOS;
            });
  }

  private static void close(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** One try to make a JPEG of the last of some units. */
  private static final class Attempt implements DecodeJob.Listener {
    /** What came of it: one call. */
    interface Outcome {
      void made(Jpeg jpeg);

      void failed(RuntimeException cause);

      void died();
    }

    private final List<Units.Unit> units;
    private final Outcome outcome;
    private Message.@Nullable Picture last;

    Attempt(List<Units.Unit> units, Outcome outcome) {
      this.units = units;
      this.outcome = outcome;
    }

    void open(WorkerPool pool, StreamId stream, Track track, int maxWidthPx) {
      long newest = units.stream().mapToLong(Units.Unit::ptsTicks).max().orElseThrow();
      DecodeJob job =
          new DecodeJob(
              stream,
              new DecodeRequest(
                  track,
                  new DecodeOutput.Jpeg(maxWidthPx, Decoding.QUALITY),
                  newest,
                  Duration.ZERO),
              this);
      pool.open(WorkerPool.Kind.PICTURES, job);
      for (Units.Unit unit : units) {
        job.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
      }
      job.drain();
    }

    @Override
    public void picture(Message.Picture picture) {
      last = picture;
    }

    @Override
    public void drained() {
      Message.Picture picture = last;
      if (picture == null) {
        failed("the picture cannot be decoded");
      } else {
        outcome.made(
            new Jpeg(captured(picture), picture.widthPx(), picture.heightPx(), picture.bytes()));
      }
    }

    private Instant captured(Message.Picture picture) {
      return units.stream()
          .filter(unit -> unit.ptsTicks() == picture.ptsTicks())
          .findFirst()
          .orElse(units.get(units.size() - 1))
          .captured();
    }

    @Override
    public void failed(String cause) {
      outcome.failed(new DecodeUnavailableException(cause, Duration.ofSeconds(5)));
    }

    @Override
    public void died() {
      outcome.died();
    }
  }
}
