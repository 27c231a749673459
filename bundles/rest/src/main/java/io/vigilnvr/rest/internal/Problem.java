package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for a client (RFC 9457).
 *
 * @param type a URN of ours that names the kind of problem, or {@code about:blank}
 * @param instance the path of the request
 * @param errors each wrong field of what was sent, if that is the problem
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String instance,
    @Nullable List<WrongField> errors) {
  static final String MEDIA_TYPE = "application/problem+json";

  /** One wrong field: a JSON Pointer (RFC 6901), and what would be right. */
  record WrongField(String pointer, String detail) {}

  static Problem of(int status, String detail) {
    return new Problem("about:blank", title(status), status, detail, null, null);
  }

  static Problem invalid(List<InvalidSettingsException.Problem> problems) {
    return new Problem(
        "urn:vigil:problem:invalid",
        title(422),
        422,
        problems.size() == 1 ? "One field is wrong." : problems.size() + " fields are wrong.",
        null,
        problems.stream().map(one -> new WrongField(one.pointer(), one.detail())).toList());
  }

  /** A session must show its password again. */
  static Problem unconfirmed() {
    return new Problem(
        "urn:vigil:problem:unconfirmed",
        title(403),
        403,
        "Send your password to sessions/current/confirm; then try again.",
        null,
        null);
  }

  /** Instead of {@code 404}, as long as what is asked for may still come. */
  static Problem unsettled() {
    return of(503, "Vigil is starting or stopping; try again soon.");
  }

  Problem at(String path) {
    return new Problem(type, title, status, detail, path, errors);
  }

  static String title(int status) {
    return switch (status) {
      case 400 -> "Bad request";
      case 401 -> "Not signed in";
      case 403 -> "Not allowed";
      case 404 -> "Not found";
      case 405 -> "Method not allowed";
      case 406 -> "Not acceptable";
      case 409 -> "Conflict";
      case 412 -> "Changed in between";
      case 408 -> "Too slow";
      case 413 -> "Too large";
      case 414 -> "Address too long";
      case 415 -> "Media type not supported";
      case 416 -> "Range not satisfiable";
      case 422 -> "Invalid content";
      case 429 -> "Too many requests";
      case 431 -> "Headers too large";
      case 503 -> "Not available now";
      default -> status >= 500 ? "Internal error" : "Request refused";
    };
  }

  /** What is said of a status if there is nothing more to say. */
  static String defaultDetail(int status) {
    return switch (status) {
      case 400 -> "This is not a request that can be understood.";
      case 401 -> "Sign in, or send a token.";
      case 403 -> "Your role does not include this.";
      case 404 -> "There is no such thing, or it is not visible to you.";
      case 405 -> "This path does not have that method.";
      case 406 -> "This is not available in a media type that you accept.";
      case 413 -> "What was sent is too large.";
      case 414 -> "The address is too long.";
      case 415 -> "Send application/json.";
      case 431 -> "The headers are too large.";
      default -> title(status) + ".";
    };
  }
}
