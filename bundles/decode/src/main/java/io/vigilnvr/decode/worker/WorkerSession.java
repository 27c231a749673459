package io.vigilnvr.decode.worker;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.decode.protocol.Connection;
import io.vigilnvr.decode.protocol.Message;
import java.nio.ByteBuffer;
import java.util.List;
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
  private final Turns turns;
  private final BlockingQueue<Message> queue = new LinkedBlockingQueue<>();

  private WorkerSession(int number, Connection connection, Turns turns) {
    this.number = number;
    this.connection = connection;
    this.turns = turns;
  }

  static WorkerSession start(
      DecodeEngine engine, Message.Open open, Connection connection, Turns turns) {
    WorkerSession session = new WorkerSession(open.session(), connection, turns);
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
    try {
      DecodeSession decoding = open(engine, open);
      try {
        while (serve(decoding, queue.take())) {
          // Until it is closed.
        }
      } finally {
        turns.enter(number);
        try {
          decoding.close();
        } finally {
          turns.leave();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      DecodeWorkerMain.log("session " + number + " failed: " + e);
      failed("the picture cannot be decoded");
    }
  }

  private DecodeSession open(DecodeEngine engine, Message.Open open) {
    turns.enter(number);
    try {
      return engine.open(open.request(), this);
    } finally {
      turns.leave();
    }
  }

  /** Says whether more may come. */
  private boolean serve(DecodeSession decoding, Message message) {
    turns.enter(number);
    try {
      if (message instanceof Message.Unit unit) {
        decoding.unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), unit.payload());
        send(new Message.Taken(number));
        return true;
      }
      if (message instanceof Message.Drain) {
        decoding.drain();
        return true;
      }
      return false;
    } finally {
      turns.leave();
    }
  }

  private void send(Message message) {
    DecodeWorkerMain.send(connection, message);
  }

  @Override
  public void decoder(String name, List<DecodeSink.Left> left) {
    left.forEach(each -> DecodeWorkerMain.log("not by " + each.decoder() + ": " + each.cause()));
    send(new Message.Decoder(number, name, left));
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
