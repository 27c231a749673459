package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the supervisor of cameras expects of a {@link CameraDriver}. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
public abstract class CameraDriverContract {
  private static final CameraId FRONT = new CameraId("front");
  private static final CameraId YARD = new CameraId("yard");

  /** Makes the driver under test; called once for each test. */
  protected abstract CameraDriver newDriver() throws Exception;

  /** Settings of a camera that is there, with a login if there can be one. */
  protected abstract Map<String, Object> settings();

  /** Settings that fit the definition, and that the driver refuses all the same. */
  protected abstract Map<String, Object> refusedSettings();

  /** The secret in both settings. */
  protected abstract String secret();

  @Test
  public final void acceptsWhatItAcceptedBefore() throws Exception {
    var driver = newDriver();
    Map<String, Object> once = driver.accept(Map.copyOf(settings()));
    assertThat(driver.accept(Map.copyOf(once))).isEqualTo(once);
  }

  @Test
  public final void namesEachWrongSettingWithoutItsSecret() throws Exception {
    var driver = newDriver();
    var refusal =
        catchThrowableOfType(
            InvalidSettingsException.class, () -> driver.accept(Map.copyOf(refusedSettings())));
    assertThat(refusal).isNotNull();
    assertThat(refusal.problems())
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.pointer()).startsWith("/"))
        .allSatisfy(problem -> assertThat(problem.detail()).isNotBlank());
    assertThat(refusal.toString()).doesNotContain(secret());
  }

  @Test
  public final void describesTheSameCameraAsLongAsTheSessionLives() throws Exception {
    try (var session = connect(newDriver(), FRONT)) {
      assertThat(session.description().streams()).containsKey(StreamRole.MAIN);
      assertThat(session.description()).isEqualTo(session.description());
    }
  }

  @Test
  public final void keepsSecretsOutOfTexts() throws Exception {
    try (var session = connect(newDriver(), FRONT)) {
      assertThat(session.description().toString()).doesNotContain(secret());
      assertThat(session.toString()).doesNotContain(secret());
    }
  }

  @Test
  public final void describesACameraAlikeEachTime() throws Exception {
    var driver = newDriver();
    try (var one = connect(driver, FRONT);
        var other = connect(driver, FRONT)) {
      // What ingest receives goes on undisturbed if the source of a stream stays equal.
      assertThat(other.description().streams()).isEqualTo(one.description().streams());
    }
  }

  @Test
  public final void waitsWhileAllIsWellAndReturnsOnceClosed() throws Exception {
    try (var session = connect(newDriver(), FRONT)) {
      var waiter = new Waiter(session);
      waiter.awaitBlocked();
      session.close();
      assertThat(waiter.end()).isEqualTo("returned");
    }
  }

  @Test
  public final void returnsAtOnceWhenClosedBefore() throws Exception {
    var session = connect(newDriver(), FRONT);
    session.close();
    session.close();
    assertThat(new Waiter(session).end()).isEqualTo("returned");
  }

  @Test
  public final void stopsWaitingWhenInterrupted() throws Exception {
    try (var session = connect(newDriver(), FRONT)) {
      var waiter = new Waiter(session);
      waiter.awaitBlocked();
      waiter.thread.interrupt();
      assertThat(waiter.end()).isEqualTo("InterruptedException");
    }
  }

  @Test
  public final void keepsSessionsApart() throws Exception {
    var driver = newDriver();
    try (var one = connect(driver, FRONT);
        var other = connect(driver, YARD)) {
      var waiter = new Waiter(one);
      waiter.awaitBlocked();
      other.close();
      assertThat(new Waiter(other).end()).isEqualTo("returned");
      assertThat(waiter.end.isDone()).isFalse();
      assertThat(one.description().streams()).containsKey(StreamRole.MAIN);
      one.close();
      assertThat(waiter.end()).isEqualTo("returned");
    }
  }

  private CameraSession connect(CameraDriver driver, CameraId id) throws Exception {
    return driver.connect(new CameraConfig(id, driver.accept(Map.copyOf(settings()))));
  }

  /** Waits for the end of a session on a thread of its own. */
  private static final class Waiter {
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Thread thread;

    Waiter(CameraSession session) {
      thread =
          new Thread(
              () -> {
                try {
                  session.awaitEnd();
                  end.complete("returned");
                } catch (Exception e) {
                  end.complete(e.getClass().getSimpleName());
                }
              },
              "await-end");
      thread.setDaemon(true);
      thread.start();
    }

    void awaitBlocked() {
      Patience.until(
          () -> {
            assertThat(end.isDone()).as("ended although all is well").isFalse();
            return switch (thread.getState()) {
              case WAITING, TIMED_WAITING, BLOCKED -> true;
              default -> false;
            };
          });
    }

    String end() throws Exception {
      return end.get(10, TimeUnit.SECONDS);
    }
  }
}
