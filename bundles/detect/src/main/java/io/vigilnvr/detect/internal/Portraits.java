package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.decode.PixelFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The best picture of each event. A frame in colour is one; for a detector that looks at grey ones
 * a picture of the main stream is decoded, which costs much: when the event begins, and when what
 * happens is much larger than then.
 */
final class Portraits {
  private static final Logger log = LoggerFactory.getLogger(Portraits.class);

  private static final int WIDTH_PX = 1280;
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration PACE = Duration.ofSeconds(1);
  private static final double BETTER = 1.15;
  private static final Duration DEAR_PACE = Duration.ofSeconds(3);
  private static final double MUCH_BETTER = 2;

  private final Pictures pictures;
  private final Album album;
  private final Executor later;

  /**
   * @param later runs what comes of decoding, with nothing else that touches a story meanwhile
   */
  Portraits(Pictures pictures, Album album, Executor later) {
    this.pictures = pictures;
    this.album = album;
    this.later = later;
  }

  boolean isBetter(Story story, double worth, Frame frame) {
    boolean cheap = frame.spec().format() == PixelFormat.BGR24;
    return worth > story.worth() * (cheap ? BETTER : MUCH_BETTER)
        && !frame.captured().isBefore(story.bestAt().plus(cheap ? PACE : DEAR_PACE));
  }

  /** What the frame shows is the best picture so far. */
  void take(Story story, Frame frame) {
    if (frame.spec().format() == PixelFormat.BGR24) {
      Frame copy = copy(frame);
      album.put(story.event(), () -> Images.jpeg(copy));
      return;
    }
    StreamId main = new StreamId(frame.stream().camera(), StreamRole.MAIN);
    var unused =
        pictures
            .newest(main, WIDTH_PX, PATIENCE)
            .whenComplete(
                (jpeg, failure) -> {
                  if (jpeg != null) {
                    later.execute(() -> keep(story, jpeg));
                  } else {
                    log.debug("{}: no picture of event {}", main, story.id(), failure);
                  }
                });
  }

  private static Frame copy(Frame lent) {
    ByteBuffer pixels = ByteBuffer.allocate(lent.spec().frameBytes());
    pixels.put(lent.pixels().duplicate()).flip();
    return new Frame(lent.stream(), lent.sequence(), lent.captured(), lent.spec(), pixels);
  }

  private void keep(Story story, Jpeg jpeg) {
    story.pictured(jpeg.captured());
    album.put(story.event(), () -> jpeg);
  }
}
