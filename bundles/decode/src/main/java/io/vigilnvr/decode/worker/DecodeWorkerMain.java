package io.vigilnvr.decode.worker;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.decode.protocol.Connection;
import io.vigilnvr.decode.protocol.Message;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Where a decode worker begins. It connects to the socket that it is told, and ends with that
 * connection: nothing is left of it when the platform goes.
 */
public final class DecodeWorkerMain {
  private static final PrintStream LOG = System.out;

  private DecodeWorkerMain() {}

  /** The only argument is the socket's path. */
  public static void main(String[] arguments) {
    int exit = 0;
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(Path.of(arguments[0])));
      serve(new Connection(channel));
    } catch (EOFException e) {
      log("the platform is gone");
    } catch (IOException | RuntimeException | LinkageError e) {
      e.printStackTrace(LOG);
      exit = 1;
    }
    // Native threads may be left; nothing of theirs is worth waiting for.
    Runtime.getRuntime().halt(exit);
  }

  private static void serve(Connection connection) throws IOException {
    DecodeEngine engine = engine();
    Optional<String> problem =
        engine == null ? Optional.of("there is no engine that decodes") : engine.problem();
    connection.send(new Message.Hello(problem.orElse("")));
    if (engine == null || problem.isPresent()) {
      return;
    }
    Turns turns = new Turns(session -> send(connection, new Message.Turn(session)));
    Map<Integer, WorkerSession> sessions = new HashMap<>();
    while (true) {
      Message message = connection.receive();
      if (message instanceof Message.Open open) {
        sessions.put(open.session(), WorkerSession.start(engine, open, connection, turns));
      } else if (message instanceof Message.OneByOne mode) {
        turns.oneByOne(mode.on());
      } else if (message instanceof Message.Unit unit) {
        tell(sessions.get(unit.session()), unit);
      } else if (message instanceof Message.Drain drain) {
        tell(sessions.get(drain.session()), drain);
      } else if (message instanceof Message.Close close) {
        tell(sessions.remove(close.session()), close);
      }
    }
  }

  private static void tell(@Nullable WorkerSession session, Message message) {
    if (session != null) {
      session.tell(message);
    }
  }

  private static @Nullable DecodeEngine engine() {
    try {
      return ServiceLoader.load(DecodeEngine.class).findFirst().orElse(null);
    } catch (ServiceConfigurationError | LinkageError e) {
      e.printStackTrace(LOG);
      return null;
    }
  }

  static void send(Connection connection, Message message) {
    try {
      connection.send(message);
    } catch (IOException e) {
      // Whoever receives notices, and ends the process.
      log("cannot be sent: " + e);
    }
  }

  static void log(String line) {
    LOG.println(Instant.now() + " " + line);
  }
}
