package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.FrameSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine for real worker processes whose units say what is to come of them: {@code crash},
 * {@code crash-once:FILE}, {@code hang}, {@code eat}, {@code keep}, {@code wait:FILE}, or anything
 * else, which is the picture. Its better decoder never works.
 */
public final class FakeDecodeEngine implements DecodeEngine {
  /** What it was told about hardware. */
  private static final String HARDWARE = System.getProperty(DecodeEngine.DECODERS, "");

  /** Kept, so that it stays in memory. */
  private static final List<ByteBuffer> EATEN = new CopyOnWriteArrayList<>();

  private final AtomicInteger sessions = new AtomicInteger();

  @Override
  public String id() {
    return "fake";
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public DecodeSession open(DecodeRequest request, DecodeSink sink) {
    int number = sessions.incrementAndGet();
    return new DecodeSession() {
      private boolean told;

      @Override
      public void unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
        String text = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        obey(text);
        if (!told) {
          told = true;
          sink.decoder(
              "fakedec", List.of(new DecodeSink.Left("hwdec", "no device\nfor " + HARDWARE)));
        }
        if (ptsTicks < request.fromPtsTicks()) {
          return;
        }
        if (request.output() instanceof DecodeOutput.Pixels pixels) {
          FrameSpec spec =
              new FrameSpec(
                  pixels.widthPx(),
                  pixels.heightPx(),
                  pixels.format(),
                  new FrameSpec.Rate.Keyframes());
          sink.picture(
              ptsTicks,
              true,
              spec.widthPx(),
              spec.heightPx(),
              ByteBuffer.allocate(spec.frameBytes()));
        } else {
          byte[] bytes = (number + ":" + text).getBytes(StandardCharsets.UTF_8);
          sink.picture(ptsTicks, true, 64, 36, ByteBuffer.wrap(bytes));
        }
      }

      @Override
      public void drain() {
        sink.drained();
      }

      @Override
      public void close() {}
    };
  }

  private static void obey(String text) {
    if (text.equals("crash")) {
      Runtime.getRuntime().halt(9);
    } else if (text.startsWith("crash-once:")) {
      try {
        Files.createFile(Path.of(text.substring("crash-once:".length())));
        Runtime.getRuntime().halt(9);
      } catch (FileAlreadyExistsException e) {
        // Once is enough.
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    } else if (text.equals("hang")) {
      hang();
    } else if (text.equals("eat")) {
      EATEN.add(ByteBuffer.allocateDirect(80 << 20));
      hang();
    } else if (text.equals("keep")) {
      EATEN.add(ByteBuffer.allocateDirect(80 << 20));
    } else if (text.startsWith("wait:")) {
      while (!Files.exists(Path.of(text.substring("wait:".length())))) {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
  }

  private static void hang() {
    while (true) {
      LockSupport.park();
    }
  }

  @Override
  public void close() {}
}
