package io.vigilnvr.rest.internal;

import io.vigilnvr.api.plugin.RestResource;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletMultipart;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servlet of the API. When a plugin's resource comes or goes, it builds another {@link
 * Application} and swaps: requests under way end in the old one, and the next goes to the new one.
 * A resource that does not go together with the others is left out, and named in the log.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/api/v1/*")
@HttpWhiteboardServletName("vigil-rest")
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletMultipart(
    fileSizeThreshold = 64 * 1024,
    maxFileSize = PluginResource.MOST_BYTES,
    maxRequestSize = PluginResource.MOST_BYTES + 64 * 1024)
public final class RestServlet extends HttpServlet {
  private static final Logger log = LoggerFactory.getLogger(RestServlet.class);
  private static final long serialVersionUID = 1L;

  /** Request attribute: the client's address. */
  static final String ADDRESS = "io.vigilnvr.address";

  /** Request attribute: the body that is streamed in answer. */
  static final String STREAMED = "io.vigilnvr.streamed";

  /** Bundles come and go in flocks; one application for each flock is enough. */
  private static final long GATHER_MILLIS = 100;

  private final transient Backend backend;
  private final transient List<Object> ours;

  /** Guards {@link #foreign} and {@link #stale}; notified when stale. */
  private final transient Object lock = new Object();

  /** Held while one is built and taken into use, so that an older set never follows a newer. */
  private final transient Object building = new Object();

  private final transient List<RestResource> foreign = new ArrayList<>();
  private boolean stale;

  private transient volatile @Nullable Application application;

  @Activate
  public RestServlet(
      @Reference Backend backend,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks,
      @Reference KeptExports exports,
      @Reference SystemHistory history,
      @Reference LogRing log,
      @Reference CameraSearch search) {
    this(backend, tasks, new Resources.Parts(exports, history, log, search));
  }

  RestServlet(Backend backend, Tasks tasks, Resources.Parts parts) {
    this.backend = backend;
    this.ours = Resources.all(backend, parts);
    tasks.start("rest-rebuild", this::keepUp);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bind(RestResource resource) {
    synchronized (lock) {
      foreign.add(resource);
      stale = true;
      lock.notifyAll();
    }
  }

  void unbind(RestResource resource) {
    synchronized (lock) {
      foreign.remove(resource);
      stale = true;
      lock.notifyAll();
    }
  }

  @Override
  public void init() throws ServletException {
    // Comes with the first request, which is to find plugins' routes, too.
    synchronized (building) {
      swap(build(wanted()));
    }
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private List<RestResource> wanted() {
    synchronized (lock) {
      stale = false;
      return List.copyOf(foreign);
    }
  }

  private void keepUp() throws InterruptedException {
    while (true) {
      synchronized (lock) {
        while (!stale || application == null) {
          lock.wait();
        }
      }
      Thread.sleep(GATHER_MILLIS);
      rebuild();
    }
  }

  /** Takes in what has come and leaves out what has gone since the last time. */
  void rebuild() {
    synchronized (building) {
      if (application == null) {
        return; // It was destroyed, or is built with the first request.
      }
      List<RestResource> wanted = wanted();
      long start = System.nanoTime();
      try {
        swap(build(wanted));
        log.info(
            "the API has {} resources of plugins; built in {} ms",
            wanted.size(),
            (System.nanoTime() - start) / 1_000_000);
      } catch (ServletException | RuntimeException | LinkageError e) {
        log.error("the API could not be built anew; it stays as it was", e);
      }
    }
  }

  private Application build(List<RestResource> wanted) throws ServletException {
    try {
      return new Application(backend, ours, wanted, getServletConfig());
    } catch (ServletException | RuntimeException | LinkageError e) {
      if (wanted.isEmpty()) {
        throw e;
      }
    }
    var good = new ArrayList<RestResource>();
    for (RestResource one : wanted) {
      good.add(one);
      try {
        new Application(backend, ours, good, getServletConfig()).release();
      } catch (ServletException | RuntimeException | LinkageError e) {
        good.remove(one);
        log.warn("the resource {} is left out of the API", one.getClass().getName(), e);
      }
    }
    return new Application(backend, ours, good, getServletConfig());
  }

  private void swap(Application fresh) {
    Application before = application;
    application = fresh;
    if (before != null) {
      before.release();
    }
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Headers.put(response);
    var guarded = new ProblemResponse(request, response);
    Application present = acquire();
    if (present == null) {
      guarded.sendError(503);
      return;
    }
    request.setAttribute(ADDRESS, request.getRemoteAddr());
    boolean later = false;
    try {
      present.container().service(request, guarded);
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new Release(present));
        later = true;
      } else if (guarded.getStatus() >= 400 && guarded.getContentType() == null) {
        // Jersey refuses some before it asks anybody, and says nothing of it.
        guarded.sendError(guarded.getStatus());
      }
      if (request.getAttribute(STREAMED) instanceof Streamed streamed && streamed.isBroken()) {
        throw new IOException("the answer broke off");
      }
    } catch (ServletException | RuntimeException e) {
      // Jersey has answered all it could; what is left is a client that went, or a bug.
      if (response.isCommitted()) {
        throw e;
      }
      log.error("a request failed outside of its resource", e);
      guarded.sendError(500);
    } finally {
      if (!later) {
        present.release();
      }
    }
  }

  private @Nullable Application acquire() {
    while (true) {
      Application present = application;
      if (present == null || present.acquire()) {
        return present;
      }
    }
  }

  @Override
  public void destroy() {
    Application last;
    synchronized (building) {
      last = application;
      application = null;
    }
    if (last != null) {
      last.release();
    }
  }

  private record Release(Application of) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      of.release();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }

  /** Makes problems of errors that are told to the servlet container, whose pages are not ours. */
  private static final class ProblemResponse extends HttpServletResponseWrapper {
    private final HttpServletRequest request;

    ProblemResponse(HttpServletRequest request, HttpServletResponse response) {
      super(response);
      this.request = request;
    }

    /** Left open, so that an answer that broke off is not ended in order. */
    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      return new LeftOpen(super.getOutputStream());
    }

    @Override
    public void sendError(int status) throws IOException {
      if (isCommitted()) {
        return;
      }
      resetBuffer();
      setStatus(status);
      setContentType(Problem.MEDIA_TYPE);
      if (status == 503) {
        setHeader("Retry-After", "2");
      }
      byte[] body =
          Json.MAPPER.writeValueAsBytes(
              Problem.of(status, Problem.defaultDetail(status)).at(request.getRequestURI()));
      setContentLength(body.length);
      getOutputStream().write(body);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
      sendError(status);
    }
  }

  private static final class LeftOpen extends ServletOutputStream {
    private final ServletOutputStream out;

    LeftOpen(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      out.write(bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }

    @Override
    public void close() {
      // The container closes it when the request is done.
    }
  }
}
