package io.vigilnvr.api.camera;

/** A login. Its text form never shows the password. */
public record Credentials(String username, String password) {
  @Override
  public String toString() {
    return "Credentials[***]";
  }
}
