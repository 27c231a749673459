package io.vigilnvr.live.internal;

/** Why a viewer is not let in: an HTTP status, and words for people. */
record Problem(int status, String title, String detail) {
  static final Problem BAD_ORIGIN =
      new Problem(403, "Not allowed", "Live media is for Vigil's own page, or comes with a token.");
  static final Problem NOT_SIGNED_IN =
      new Problem(401, "Not signed in", "Sign in, or send a token.");
  static final Problem NOT_FOUND =
      new Problem(404, "Not found", "There is no such thing, or it is not visible to you.");
  static final Problem BAD_STREAM =
      new Problem(422, "Invalid content", "stream must be main or sub.");
  static final Problem BAD_TRANSCODE =
      new Problem(422, "Invalid content", "transcode must be h264.");
  static final Problem TOO_MANY =
      new Problem(429, "Too many requests", "There are too many live views already.");
  static final Problem UNAVAILABLE =
      new Problem(503, "Not available now", "A part of Vigil is away just now.");
  static final Problem NO_TRANSCODER =
      new Problem(503, "Not available now", "Nothing can be transcoded here.");
}
