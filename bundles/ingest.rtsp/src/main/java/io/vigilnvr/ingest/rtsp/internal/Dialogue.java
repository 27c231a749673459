package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their answers on one connection: numbers, the login, the session that the camera
 * named, and what keeps it alive. One request at a time waits for its answer.
 */
final class Dialogue {
  private static final int USUAL_TIMEOUT_SECONDS = 60; // RFC 2326, 12.37
  private static final int MAX_KEEP_ALIVE_SECONDS = 30;

  /** RFC 2326, 3.4 sets no limit; every request carries it back. */
  private static final int MAX_SESSION_ID_CHARS = 512;

  /** What was asked. */
  record Asked(String method, String address, List<String> fields) {}

  private final Authorization authorization;
  private @Nullable Asked pending;
  private int sequence;
  private String session = "";
  private String keepAlive = "OPTIONS";
  private long keepAliveNanos;

  Dialogue(Authorization authorization) {
    this.authorization = authorization;
  }

  /** The text of a request, which is pending from now on. */
  String ask(Asked asked) {
    pending = asked;
    var text = new StringBuilder(256);
    text.append(asked.method()).append(' ').append(asked.address()).append(" RTSP/1.0\r\n");
    text.append("CSeq: ").append(++sequence).append("\r\nUser-Agent: Vigil\r\n");
    authorization
        .header(asked.method(), asked.address())
        .ifPresent(value -> text.append("Authorization: ").append(value).append("\r\n"));
    if (!session.isEmpty()) {
      text.append("Session: ").append(session).append("\r\n");
    }
    for (String field : asked.fields()) {
      text.append(field).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  /** What waits for its answer. */
  Optional<Asked> pending() {
    return Optional.ofNullable(pending);
  }

  /** Waits no longer. */
  void forget() {
    pending = null;
  }

  /** What a response answers; empty if it is nothing, or something that was answered before. */
  Optional<Asked> answered(Response response) {
    Optional<Asked> request = isEarlier(response) ? Optional.empty() : pending();
    if (request.isPresent()) {
      pending = null;
    }
    return request;
  }

  /**
   * Whether it answers an earlier request: RFC 2326, 12.17. That a camera says no number, or one
   * that was never asked, is let pass.
   */
  private boolean isEarlier(Response response) {
    return response
        .headers()
        .first("CSeq")
        .flatMap(Parameters::numberOf)
        .filter(number -> number < sequence)
        .isPresent();
  }

  /**
   * Sees to the login.
   *
   * @return whether the request is to be sent again
   */
  boolean isChallenge(Response response) throws Fault {
    if (response.status() == 401) {
      authorization.challenged(response.headers().all("WWW-Authenticate"));
      return true;
    }
    if (response.isSuccess()) {
      authorization.accepted();
    }
    return false;
  }

  // The session

  boolean hasSession() {
    return !session.isEmpty();
  }

  /** Takes the session that the answer to a SETUP names. */
  void begun(Response response) throws Fault {
    var header = new Parameters(response.headers().first("Session").orElse(""));
    String id = header.head();
    if (id.length() > MAX_SESSION_ID_CHARS || !id.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw Fault.protocol("the camera names the session as nobody can");
    }
    if (!id.isEmpty()) {
      session = id;
    }
    int timeout = header.number("timeout").orElse(USUAL_TIMEOUT_SECONDS);
    keepAliveNanos =
        Duration.ofSeconds(Math.max(2, Math.min(MAX_KEEP_ALIVE_SECONDS, timeout / 2))).toNanos();
  }

  // What keeps it alive

  /** The time after which the camera must hear something. */
  long keepAliveNanos() {
    return keepAliveNanos;
  }

  /** The method to do it with; another one than last time if that was not answered. */
  String keepAlive() {
    if (pending != null) {
      keepAlive = other(keepAlive);
    }
    return keepAlive;
  }

  /** The camera said which methods it knows. */
  void knows(Response options) {
    String methods = String.join(",", options.headers().all("Public"));
    keepAlive =
        methods.toUpperCase(Locale.ROOT).contains("GET_PARAMETER") ? "GET_PARAMETER" : "OPTIONS";
  }

  /** One that does not know the one may know the other: both keep a session alive. */
  void keptAlive(String method, Response response) {
    keepAlive = response.isSuccess() ? method : other(method);
  }

  private static String other(String method) {
    return method.equals("OPTIONS") ? "GET_PARAMETER" : "OPTIONS";
  }
}
