package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.camera.CameraFinder.FoundCamera;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a search for cameras expects of a {@link CameraFinder}. */
@Timeout(60)
public abstract class CameraFinderContract {
  /** A network loses things and machines are busy: who is not found at once is looked for again. */
  private static final int TRIES = 40;

  private static final Duration SHORT = Duration.ofMillis(300);

  /** Makes the finder under test, in a network with a camera; called once for each test. */
  protected abstract CameraFinder newFinder() throws Exception;

  /** Of that camera. */
  protected abstract String address();

  /** What the camera gives away and must not be handed on, e.g. a login in its stream's address. */
  protected abstract String secret();

  /** What the finder still has open: threads, sockets. Nothing after a search. */
  protected abstract List<String> open() throws Exception;

  @Test
  public final void findsACameraAndSaysHowToReachIt() throws Exception {
    FoundCamera camera = found(newFinder());
    assertThat(camera.name()).isNotBlank().hasSizeLessThanOrEqualTo(100);
    assertThat(camera.name().chars()).noneMatch(Character::isISOControl);
    assertThat(camera.driver()).isNotBlank();
    assertThat(camera.settings().values())
        .allMatch(
            value ->
                value instanceof String
                    || value instanceof Number
                    || value instanceof Boolean
                    || value instanceof List);
  }

  @Test
  public final void handsOnNoSecret() throws Exception {
    assertThat(found(newFinder()).toString()).doesNotContain(secret());
  }

  @Test
  public final void namesNoCameraTwice() throws Exception {
    var finder = newFinder();
    found(finder);
    var once = new HashSet<String>();
    for (FoundCamera camera : finder.find(SHORT)) {
      assertThat(once.add(camera.driver() + " " + camera.address())).isTrue();
    }
  }

  @Test
  public final void looksForSeveralAtATime() throws Exception {
    var finder = newFinder();
    var other = new Looker(() -> found(finder).address());
    assertThat(found(finder).address()).isEqualTo(address());
    assertThat(other.end()).isEqualTo(address());
  }

  @Test
  public final void stopsSoonWhenInterruptedAndLeavesNothingOpen() throws Exception {
    var finder = newFinder();
    found(finder);
    var looker = new Looker(() -> finder.find(Duration.ofHours(1)).toString());
    looker.awaitBlocked();
    looker.thread.interrupt();
    assertThat(looker.end()).isEqualTo("InterruptedException");
    assertThat(open()).isEmpty();
  }

  @Test
  public final void leavesNothingOpen() throws Exception {
    found(newFinder());
    assertThat(open()).isEmpty();
  }

  private FoundCamera found(CameraFinder finder) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      for (FoundCamera camera : finder.find(SHORT)) {
        if (camera.address().equals(address())) {
          return camera;
        }
      }
    }
    throw new AssertionError("the camera was not found");
  }

  private interface Search {
    String run() throws Exception;
  }

  /** Searches on a thread of its own. */
  private static final class Looker {
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Thread thread;

    Looker(Search search) {
      thread =
          new Thread(
              () -> {
                try {
                  end.complete(search.run());
                } catch (Exception e) {
                  end.complete(e.getClass().getSimpleName());
                } catch (AssertionError e) {
                  end.complete(String.valueOf(e.getMessage()));
                }
              },
              "look");
      thread.setDaemon(true);
      thread.start();
    }

    /** In a call of the system, a thread is taken for running. */
    void awaitBlocked() {
      Patience.until(
          () -> {
            for (StackTraceElement frame : thread.getStackTrace()) {
              if (frame.getMethodName().equals("find")) {
                return true;
              }
            }
            assertThat(end.isDone()).as("ended although nobody stopped it").isFalse();
            return false;
          });
    }

    String end() throws Exception {
      return end.get(20, TimeUnit.SECONDS);
    }
  }
}
