package io.vigilnvr.api.plugin;

import java.util.List;
import java.util.stream.Collectors;

/** Something a user entered is wrong; {@link #problems} names each field and the reason. */
public final class InvalidSettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * One wrong field.
   *
   * @param pointer JSON Pointer (RFC 6901) into what was entered, e.g. {@code /settings/url}
   * @param detail what is wrong and what would be right, without repeating secrets
   */
  public record Problem(String pointer, String detail) {}

  private final transient List<Problem> problems;

  public InvalidSettingsException(List<Problem> problems) {
    super(
        problems.stream()
            .map(problem -> problem.pointer() + ": " + problem.detail())
            .collect(Collectors.joining("; ")));
    this.problems = List.copyOf(problems);
  }

  public InvalidSettingsException(String pointer, String detail) {
    this(List.of(new Problem(pointer, detail)));
  }

  public List<Problem> problems() {
    return problems;
  }

  /** The same problems, deeper in what was entered. */
  public InvalidSettingsException under(String prefix) {
    return new InvalidSettingsException(
        problems.stream()
            .map(problem -> new Problem(prefix + problem.pointer(), problem.detail()))
            .toList());
  }
}
