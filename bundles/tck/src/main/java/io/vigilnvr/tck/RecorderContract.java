package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recorder;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.RecordingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the recording engine expects of a {@link Recorder}. */
@Timeout(30)
@SuppressWarnings("try") // closing is what is tested
public abstract class RecorderContract {
  private static final StreamId FRONT = new StreamId(new CameraId("front"), StreamRole.MAIN);
  private static final StreamId YARD = new StreamId(new CameraId("yard"), StreamRole.SUB);

  /** A keyframe each two seconds for three minutes. */
  private static final List<Instant> KEYFRAMES =
      java.util.stream.IntStream.range(0, 90)
          .mapToObj(i -> FakeClock.START.plusSeconds(2L * i))
          .toList();

  /** Makes the recorder under test; called for each that a test needs. */
  protected abstract Recorder newRecorder();

  /** A plan that the recorder records something by. */
  protected abstract RecordingPlan plan();

  @Test
  public final void choosesForEveryGop() {
    try (var session = newRecorder().open(FRONT, plan())) {
      for (Instant keyframe : KEYFRAMES) {
        Choice choice = session.choose(keyframe);
        assertThat(choice).isNotNull();
        if (choice instanceof Choice.Hold hold) {
          assertThat(hold.atMost()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
        }
      }
    }
  }

  @Test
  public final void keepsStreamsApart() {
    List<Choice> alone = new ArrayList<>();
    try (var session = newRecorder().open(FRONT, plan())) {
      KEYFRAMES.forEach(keyframe -> alone.add(session.choose(keyframe)));
    }
    List<Choice> beside = new ArrayList<>();
    Recorder recorder = newRecorder();
    try (var session = recorder.open(FRONT, plan())) {
      try (var other = recorder.open(YARD, plan())) {
        for (Instant keyframe : KEYFRAMES) {
          other.choose(keyframe.minusSeconds(3600));
          beside.add(session.choose(keyframe));
          if (beside.size() == KEYFRAMES.size() / 2) {
            other.close();
            recorder.open(YARD, plan()).close();
          }
          if (beside.size() > KEYFRAMES.size() / 2) {
            break;
          }
        }
      }
      KEYFRAMES.stream()
          .skip(beside.size())
          .forEach(keyframe -> beside.add(session.choose(keyframe)));
    }
    assertThat(beside).isEqualTo(alone);
  }

  @Test
  public final void answersAtOnce() {
    try (var session = newRecorder().open(FRONT, plan())) {
      session.choose(KEYFRAMES.get(0));
      long before = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        session.choose(KEYFRAMES.get(0).plusSeconds(i));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  public final void bearsAClockThatIsSetBack() {
    try (var session = newRecorder().open(FRONT, plan())) {
      session.choose(KEYFRAMES.get(50));
      assertThat(session.choose(KEYFRAMES.get(0))).isNotNull();
    }
  }

  @Test
  public final void closesAnyNumberOfTimes() {
    var session = newRecorder().open(FRONT, plan());
    session.close();
    session.close();
  }
}
