package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.decode.protocol.Message;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The newest JPEG of a live stream, for all who watch it at one size and rate. */
final class JpegStream implements LiveDecode.Listener {
  /** A picture, and how many there were before. */
  record Numbered(long number, Jpeg jpeg) {}

  private @Nullable Numbered newest;

  @Override
  public synchronized void picture(Message.Picture picture, LiveDecode.Source source) {
    long number = newest == null ? 0 : newest.number + 1;
    newest =
        new Numbered(
            number,
            new Jpeg(source.captured(), picture.widthPx(), picture.heightPx(), picture.bytes()));
    notifyAll();
  }

  /** Waits for a newer picture than one; empty if there is none in time. */
  synchronized Optional<Numbered> after(long number, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (newest == null || newest.number <= number) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return Optional.empty();
      }
      wait(left);
    }
    return Optional.of(newest);
  }
}
