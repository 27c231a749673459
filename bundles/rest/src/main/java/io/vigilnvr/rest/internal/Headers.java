package io.vigilnvr.rest.internal;

import javax.servlet.http.HttpServletResponse;

/** Headers of every answer: nobody keeps it, nobody guesses its type, nobody frames it. */
final class Headers {
  private Headers() {}

  static void put(HttpServletResponse response) {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Vary", "Cookie, Authorization");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
}
