package io.vigilnvr.lib.opencv.internal;

import org.opencv.core.Core;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Loads OpenCV. An activator, because the classes belong to the loader that loads the library, and
 * everybody who imports them may use them as soon as the bundle has started.
 */
public final class Natives implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    System.loadLibrary(Core.NATIVE_LIBRARY_NAME);
    // Each camera has a thread already; a pool besides would be nobody's.
    Core.setNumThreads(1);
  }

  @Override
  public void stop(BundleContext context) {
    // The virtual machine unloads it with the classes.
  }
}
