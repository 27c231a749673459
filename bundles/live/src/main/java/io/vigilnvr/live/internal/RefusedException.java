package io.vigilnvr.live.internal;

/** Somebody does not get what they asked for. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
