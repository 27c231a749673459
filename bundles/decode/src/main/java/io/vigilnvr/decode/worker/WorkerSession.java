package io.vigilnvr.decode.worker;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.decode.protocol.Connection;
import io.vigilnvr.decode.protocol.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One session: a thread that feeds the engine. Its queue is short because the platform waits until
 * units are taken.
 */
final class WorkerSession implements DecodeSink {
  /** Codecs of C need more than Java's own share. */
  private static final long STACK_BYTES = 4 << 20;

  private final int number;
  private final Connection connection;
  private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>();

  private WorkerSession(int number, Connection connection) {
    this.number = number;
    this.connection = connection;
  }

  static WorkerSession start(DecodeEngine engine, Message.Open open, Connection connection) {
    WorkerSession session = new WorkerSession(open.session(), connection);
    Thread thread =
        new Thread(null, () -> session.run(engine, open), "vigil-" + open.session(), STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    return session;
  }

  void tell(Message message) {
    queue.add(message);
  }

  private void run(DecodeEngine engine, Message.Open open) {
    try (DecodeSession decoding = engine.open(open.request(), this)) {
      while (true) {
        Message message = queue.take();
        if (message instanceof Message.Unit unit) {
          decoding.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
          send(new Message.Taken(number));
        } else if (message instanceof Message.Drain) {
          decoding.drain();
        } else {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      DecodeWorkerMain.log("session " + number + " failed: " + e);
      failed("the picture cannot be decoded");
    }
  }

  private void send(Message message) {
    try {
      connection.send(message);
    } catch (IOException e) {
      // Whoever receives notices, and ends the process.
      DecodeWorkerMain.log("cannot be sent: " + e);
    }
  }

  @Override
  public void config(ByteBuffer codecConfig) {
    send(new Message.Config(number, codecConfig));
  }

  @Override
  public void picture(
      long ptsTicks, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes) {
    send(new Message.Picture(number, ptsTicks, keyframe, widthPx, heightPx, bytes));
  }

  @Override
  public void drained() {
    send(new Message.Drained(number));
  }

  @Override
  public void failed(String cause) {
    DecodeWorkerMain.log("session " + number + ": " + cause);
    send(new Message.Failed(number, cause));
  }
}
