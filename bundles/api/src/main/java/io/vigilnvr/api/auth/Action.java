package io.vigilnvr.api.auth;

/** What can be done; {@link Access} knows which role may. */
public enum Action {
  /** Watch live, and see that the camera exists and how it is. */
  VIEW_LIVE(Role.VIEWER),
  /** See what is recorded, and play it. */
  PLAY_BACK(Role.VIEWER),
  /** Take recordings out of the system. */
  EXPORT(Role.OPERATOR),
  /** Move cameras. */
  CONTROL(Role.OPERATOR),
  /** Judge and mark events. */
  REVIEW(Role.OPERATOR),
  /** Change cameras, storage, users, plugins; see the system and the audit. */
  ADMINISTER(Role.ADMIN);

  private final Role least;

  Action(Role least) {
    this.least = least;
  }

  /** The least role that may. */
  public Role least() {
    return least;
  }
}
