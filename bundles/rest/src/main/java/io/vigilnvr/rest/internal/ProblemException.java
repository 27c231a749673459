package io.vigilnvr.rest.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ends a request with a {@link Problem}. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final transient Map<String, String> headers = new LinkedHashMap<>();

  ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  ProblemException(int status) {
    this(Problem.of(status, Problem.defaultDetail(status)));
  }

  ProblemException(int status, String detail) {
    this(Problem.of(status, detail));
  }

  static ProblemException notFound() {
    return new ProblemException(404);
  }

  static ProblemException unauthorized() {
    return new ProblemException(401).header("WWW-Authenticate", "Bearer realm=\"vigil\"");
  }

  static ProblemException unavailable(String detail) {
    return new ProblemException(503, detail).header("Retry-After", "2");
  }

  static ProblemException invalid(String pointer, String detail) {
    return invalid(List.of(new InvalidSettingsException.Problem(pointer, detail)));
  }

  static ProblemException invalid(List<InvalidSettingsException.Problem> problems) {
    return new ProblemException(Problem.invalid(problems));
  }

  ProblemException header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Problem problem() {
    return problem;
  }

  Map<String, String> headers() {
    return headers;
  }
}
