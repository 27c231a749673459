package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.servlet.AsyncContext;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who follows the changes. Nobody waits for them: what cannot be sent yet is kept, of each
 * thing the newest, and whoever has too much to catch up with is cut off, and starts anew.
 *
 * <p>The servlet's stream is written under the client's own lock and never blocks; when it takes no
 * more, the web server calls {@link #onWritePossible} later.
 */
final class ChangeClient implements WriteListener {
  private static final Logger log = LoggerFactory.getLogger(ChangeClient.class);
  static final int MOST_WAITING = 2000;
  private static final String HEARTBEAT = "";

  private final Identity who;
  private final String secret;
  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Map<String, String> waiting = new LinkedHashMap<>();

  /** Whether the web server will call when the stream takes more. */
  private boolean parked = true;

  private boolean unflushed;
  private boolean ending;
  private boolean closed;

  /**
   * @param secret of the session or token
   */
  ChangeClient(Identity who, String secret, AsyncContext context, ServletOutputStream out) {
    this.who = who;
    this.secret = secret;
    this.context = context;
    this.out = out;
  }

  Identity who() {
    return who;
  }

  String secret() {
    return secret;
  }

  /** How much there is that could not be sent yet. */
  synchronized int backlog() {
    return waiting.size();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized void offer(String key, String text) {
    if (closed || ending) {
      return;
    }
    waiting.remove(key);
    waiting.put(key, text);
    if (waiting.size() > MOST_WAITING) {
      log.debug("{} does not read what it asked for", who.username());
      close();
    } else if (!parked) {
      send();
    }
  }

  /** Keeps the connection from looking dead, and finds out whether it is. */
  void beat(String comment) {
    offer(HEARTBEAT, comment);
  }

  /** Sends this and what came before, and ends. */
  synchronized void end(String key, String last) {
    offer(key, last);
    ending = true;
    if (!parked && !closed) {
      send();
    }
  }

  @Override
  public synchronized void onWritePossible() {
    parked = false;
    send();
  }

  private void send() {
    try {
      while (!closed) {
        if (!out.isReady()) {
          parked = true;
          return;
        }
        var next = waiting.entrySet().iterator();
        if (next.hasNext()) {
          String text = next.next().getValue();
          next.remove();
          unflushed = true;
          out.write(text.getBytes(StandardCharsets.UTF_8));
        } else if (unflushed) {
          unflushed = false;
          out.flush();
        } else {
          if (ending) {
            close();
          }
          return;
        }
      }
    } catch (IOException e) {
      log.debug("{} went", who.username(), e);
      close();
    }
  }

  @Override
  public void onError(Throwable failure) {
    log.debug("{} went", who.username(), failure);
    close();
  }

  /** The connection is gone already. */
  synchronized void forget() {
    closed = true;
    waiting.clear();
  }

  synchronized void close() {
    if (closed) {
      return;
    }
    forget();
    try {
      context.complete();
    } catch (IllegalStateException e) {
      log.debug("a connection had ended already", e);
    }
  }
}
