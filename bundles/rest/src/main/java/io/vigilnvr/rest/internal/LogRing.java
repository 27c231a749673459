package io.vigilnvr.rest.internal;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;

/**
 * The newest entries of the log, in memory. Nothing of ours logs a secret; what others log is
 * cleaned here of whatever looks like one, rather too much than too little.
 */
@Component(service = LogRing.class, immediate = true)
public final class LogRing implements LogListener {
  static final int MOST = 2000;
  private static final int MOST_TEXT = 2000;

  private static final Pattern LOGIN = Pattern.compile("(://)\\S*@");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)((?:password|passwd|pwd|secret|token|authorization|cookie|api[-_]?key)"
              + "[\"']?\\s*[:=]\\s*[\"']?)(?:(?:bearer|basic|digest)\\s+)?[^\\s\"',;&]+");
  private static final Pattern SCHEME =
      Pattern.compile("(?i)\\b(bearer|basic|digest)\\s+[A-Za-z0-9+/=._~-]{8,}");
  private static final Pattern OWN = Pattern.compile("vgl_[A-Za-z0-9_-]+");

  private final Deque<Entry> entries = new ArrayDeque<>();

  /**
   * @param level error, warn, info, debug or trace
   */
  record Entry(Instant at, String level, String logger, String message) {}

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bind(LogReaderService reader) {
    // Newest first; what comes between the two lines is there twice, or in another order.
    var before = new ArrayList<>(Collections.list(reader.getLog()));
    Collections.reverse(before);
    before.forEach(this::logged);
    reader.addLogListener(this);
  }

  void unbind(LogReaderService reader) {
    reader.removeLogListener(this);
  }

  @Override
  public void logged(LogEntry entry) {
    String logger = entry.getLoggerName();
    String message = String.valueOf(entry.getMessage());
    Throwable thrown = entry.getException();
    add(
        new Entry(
            Instant.ofEpochMilli(entry.getTime()),
            word(entry.getLogLevel()),
            logger == null ? "" : logger,
            clean(thrown == null ? message : message + ": " + thrown)));
  }

  void add(Entry entry) {
    synchronized (entries) {
      if (entries.size() == MOST) {
        entries.removeFirst();
      }
      entries.addLast(entry);
    }
  }

  /** The last ones that fit, the newest last. */
  List<Entry> last(int limit, Predicate<Entry> which) {
    var found = new ArrayList<Entry>();
    synchronized (entries) {
      var backwards = entries.descendingIterator();
      while (backwards.hasNext() && found.size() < limit) {
        Entry entry = backwards.next();
        if (which.test(entry)) {
          found.add(entry);
        }
      }
    }
    Collections.reverse(found);
    return found;
  }

  private static String word(LogLevel level) {
    return level == LogLevel.AUDIT ? "info" : level.name().toLowerCase(Locale.ROOT);
  }

  static String clean(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
    plain = LOGIN.matcher(plain).replaceAll("$1***@");
    plain = NAMED.matcher(plain).replaceAll("$1***");
    plain = SCHEME.matcher(plain).replaceAll("$1 ***");
    plain = OWN.matcher(plain).replaceAll("vgl_***");
    return plain.length() > MOST_TEXT ? plain.substring(0, MOST_TEXT) + "…" : plain;
  }
}
