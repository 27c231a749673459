package io.vigilnvr.decode.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TurnsTest {
  private final List<Integer> told = new CopyOnWriteArrayList<>();
  private final Turns turns = new Turns(told::add);

  private Thread inside(int session, CountDownLatch entered, CountDownLatch leave) {
    Thread thread =
        new Thread(
            () -> {
              turns.enter(session);
              try {
                entered.countDown();
                leave.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                turns.leave();
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void letsAllInAtOnceAndTellsNothing() throws Exception {
    var both = new CountDownLatch(2);
    var leave = new CountDownLatch(1);
    Thread one = inside(1, both, leave);
    Thread two = inside(2, both, leave);
    both.await();
    leave.countDown();
    one.join();
    two.join();
    assertThat(told).isEmpty();
  }

  @Test
  void letsOneInAfterTheOtherAndTellsWho() throws Exception {
    turns.oneByOne(true);
    var first = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    Thread one = inside(1, first, leave);
    first.await();
    var second = new CountDownLatch(1);
    Thread two = inside(2, second, new CountDownLatch(0));
    assertThat(told).containsExactly(1);
    leave.countDown();
    second.await();
    assertThat(told).containsExactly(1, 2);
    // Whoever is inside when that ends leaves all the same.
    var last = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    Thread three = inside(3, last, go);
    last.await();
    turns.oneByOne(false);
    turns.enter(4);
    turns.leave();
    go.countDown();
    one.join();
    two.join();
    three.join();
    assertThat(told).containsExactly(1, 2, 3);
  }
}
