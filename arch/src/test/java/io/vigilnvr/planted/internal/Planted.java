package io.vigilnvr.planted.internal;

import io.vigilnvr.api.camera.CameraId;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One class for each rule that must find it, and one that none may find. */
@SuppressWarnings("all")
public final class Planted {
  private Planted() {}

  /** Does nothing that is not allowed. */
  public static final class InOrder {
    final CameraId camera = new CameraId("door");

    Instant when(Clock clock) {
      return Instant.now(clock);
    }

    List<String> command() {
      return List.of("postgres", "-D", "show", "-c", "fsync=on");
    }
  }

  /** Reaches into another bundle. */
  public static final class UsesAnotherBundle {
    Class<?> foreign() {
      return io.vigilnvr.runtime.internal.ThreadTasks.class;
    }
  }

  /** Knows every library that has an owner. */
  public static final class UsesLibraries {
    List<Class<?>> foreign() {
      return List.of(
          org.freedesktop.gstreamer.Gst.class,
          javax.persistence.Entity.class,
          org.postgresql.Driver.class,
          javax.servlet.Servlet.class,
          org.eclipse.jetty.server.Handler.class,
          org.glassfish.jersey.server.ResourceConfig.class,
          javax.ws.rs.Path.class,
          com.fasterxml.jackson.databind.ObjectMapper.class,
          org.apache.karaf.shell.api.action.Action.class,
          org.bouncycastle.crypto.generators.Argon2BytesGenerator.class,
          org.opencv.core.Mat.class,
          ai.onnxruntime.OrtSession.class);
    }
  }

  /** Makes a thread. */
  public static final class StartsThread {
    void go() {
      new Thread(() -> {}).start();
    }
  }

  /** Makes a pool of threads. */
  public static final class UsesExecutors {
    ExecutorService pool() {
      return Executors.newSingleThreadExecutor();
    }
  }

  /** Borrows a thread of the common pool. */
  public static final class RunsAsync {
    void go() {
      CompletableFuture.runAsync(() -> {});
    }
  }

  /** Looks at the clock of the machine. */
  public static final class AsksSystem {
    long now() {
      return System.currentTimeMillis();
    }
  }

  /** Looks at the clock of the machine, too. */
  public static final class AsksInstant {
    Instant now() {
      return Instant.now();
    }
  }

  /** Starts a process. */
  public static final class StartsProcess {
    Process go() throws IOException {
      return new ProcessBuilder("true").start();
    }
  }

  /** Starts a process in the old way. */
  public static final class Executes {
    Process go() throws IOException {
      return Runtime.getRuntime().exec(new String[] {"true"});
    }
  }

  /** Lets a shell interpret text. */
  public static final class RunsShell {
    List<String> command(String text) {
      return List.of("/bin/sh", "-c", text);
    }
  }
}
