package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FakesTest {
  private final FakeClock clock = new FakeClock();
  private final FakeTasks tasks = new FakeTasks(clock);
  private final List<String> ran = new ArrayList<>();

  @Test
  void runNothingBeforeTheTestSaysSo() throws Exception {
    tasks.start("once", () -> ran.add("once"));
    assertThat(ran).isEmpty();
    assertThat(tasks.names()).containsExactly("once");
    tasks.runDue();
    tasks.runDue();
    assertThat(ran).containsExactly("once");
    assertThat(tasks.names()).isEmpty();
  }

  @Test
  void runEachBodyAtItsTime() throws Exception {
    tasks.repeat("a", Duration.ofSeconds(2), () -> ran.add("a" + seconds()));
    tasks.repeat("b", Duration.ofSeconds(3), () -> ran.add("b" + seconds()));
    tasks.advance(Duration.ofSeconds(7));
    assertThat(ran).containsExactly("a0", "b0", "a2", "b3", "a4", "a6", "b6");
    assertThat(seconds()).isEqualTo(7);
  }

  @Test
  void stopFromInsideAndOutside() throws Exception {
    var handles = new ArrayList<io.vigilnvr.api.task.Tasks.Handle>();
    handles.add(
        tasks.repeat(
            "self-ending",
            Duration.ofSeconds(1),
            () -> {
              ran.add("x");
              handles.get(0).stop();
            }));
    var other = tasks.start("never", () -> ran.add("never"));
    other.stop();
    tasks.advance(Duration.ofSeconds(10));
    assertThat(ran).containsExactly("x");
  }

  @Test
  void showTheTestWhatABodyThrows() {
    tasks.start(
        "broken",
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThatIllegalStateException().isThrownBy(tasks::runDue);
  }

  private long seconds() {
    return Duration.between(FakeClock.START, clock.instant()).toSeconds();
  }
}
