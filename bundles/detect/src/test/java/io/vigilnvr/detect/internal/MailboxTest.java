package io.vigilnvr.detect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.decode.Frame;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class MailboxTest {
  private final Mailbox mailbox = new Mailbox();

  @Test
  void keepsTheNewestInTheirOrder() throws Exception {
    for (int i = 0; i < 10; i++) {
      mailbox.put(Scene.frame(i));
    }
    assertThat(mailbox.dropped()).isEqualTo(6);
    for (int i = 6; i < 10; i++) {
      assertThat(mailbox.take().orElseThrow().frame().captured()).isEqualTo(Scene.second(i));
    }
  }

  @Test
  void copiesWhatIsLent() throws Exception {
    Frame frame = Scene.frame(0);
    ByteBuffer pixels = ByteBuffer.allocate(frame.spec().frameBytes());
    Frame lent = new Frame(frame.stream(), 0, frame.captured(), frame.spec(), pixels);
    mailbox.put(lent);
    pixels.put(0, (byte) 1);
    Mailbox.Held held = mailbox.take().orElseThrow();
    assertThat(held.frame().pixels().get(0)).isZero();
    mailbox.giveBack(held);
    // Its memory is used again, and the next frame is whole.
    mailbox.put(lent);
    assertThat(mailbox.take().orElseThrow().frame().pixels()).isEqualTo(lent.pixels());
  }

  @Test
  void wakesWithoutAFrame() throws Exception {
    mailbox.put(Scene.frame(0));
    mailbox.wake();
    assertThat(mailbox.take()).isEmpty();
    assertThat(mailbox.take()).isPresent();
    mailbox.put(Scene.frame(1));
    mailbox.clear();
    mailbox.wake();
    assertThat(mailbox.take()).isEmpty();
  }
}
