package io.vigilnvr.database.internal;

/** Who signs in to the database. */
record Login(String user, String password) {
  @Override
  public String toString() {
    return "Login[" + user + ", ***]";
  }
}
