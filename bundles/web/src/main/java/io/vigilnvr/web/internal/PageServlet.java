package io.vigilnvr.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default servlet: whatever no other servlet has is the page's. It holds nothing that is
 * secret, so it asks nobody who they are.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/")
@HttpWhiteboardServletName("vigil-web")
public final class PageServlet extends HttpServlet {
  private static final Logger log = LoggerFactory.getLogger(PageServlet.class);
  private static final long serialVersionUID = 1L;

  /** Nothing from elsewhere, nothing inline but styles, which the components set at run time. */
  static final String POLICY =
      "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:;"
          + " style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self' blob:;"
          + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String FOLDER = "web";

  private final transient PageFiles files;

  @Activate
  public PageServlet(BundleContext context) {
    this(new PageFiles(in(context)));
  }

  PageServlet(PageFiles files) {
    this.files = files;
    if (files.isEmpty()) {
      log.warn("the page was not built; the API works without");
    }
  }

  private static Map<String, URL> in(BundleContext context) {
    Enumeration<URL> entries = context.getBundle().findEntries(FOLDER, "*", true);
    var urls = new HashMap<String, URL>();
    if (entries != null) {
      for (URL url : Collections.list(entries)) {
        String path = url.getPath();
        if (!path.endsWith("/")) {
          urls.put(path.substring(path.indexOf('/' + FOLDER + '/') + FOLDER.length() + 1), url);
        }
      }
    }
    return urls;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response, true);
  }

  @Override
  protected void doHead(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response, false);
  }

  private void answer(HttpServletRequest request, HttpServletResponse response, boolean body)
      throws IOException {
    String path = path(request);
    Optional<PageFiles.Found> found = isReserved(path) ? Optional.empty() : files.find(path);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    send(found.get(), request, response, body);
  }

  private static void send(
      PageFiles.Found file, HttpServletRequest request, HttpServletResponse response, boolean body)
      throws IOException {
    Encoding encoding = best(file.variants(), request.getHeader("Accept-Encoding"));
    Variant variant = file.variants().get(encoding);
    if (variant == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    Variant.Facts facts = variant.facts();
    putHeaders(response);
    response.setHeader("Cache-Control", file.isHashed() ? FOREVER : "no-cache");
    response.setHeader("ETag", facts.tag());
    String known = request.getHeader("If-None-Match");
    if (known != null && Variant.matches(known, facts.tag())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(MediaTypes.of(file.path()).orElse("application/octet-stream"));
    response.setContentLengthLong(facts.length());
    if (encoding != Encoding.IDENTITY) {
      response.setHeader("Content-Encoding", encoding.token);
    }
    if (body) {
      try (InputStream in = variant.open()) {
        in.transferTo(response.getOutputStream());
      }
    }
  }

  private static Encoding best(Map<Encoding, Variant> variants, String accepted) {
    return Encoding.ALL.stream()
        .filter(variants::containsKey)
        .filter(one -> one.acceptedBy(accepted))
        .findFirst()
        .orElse(Encoding.IDENTITY);
  }

  /** The default servlet has the whole path in one of the two, which one depends on the server. */
  private static String path(HttpServletRequest request) {
    String rest = request.getPathInfo();
    String path = request.getServletPath() + (rest == null ? "" : rest);
    return path.isEmpty() ? "/" : path;
  }

  /** What is the API's stays the API's, so that a wrong address there is no page. */
  private static boolean isReserved(String path) {
    return path.matches("/(api|health|metrics)(/.*)?");
  }

  private static void putHeaders(HttpServletResponse response) {
    response.setHeader("Vary", "Accept-Encoding");
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()");
  }
}
