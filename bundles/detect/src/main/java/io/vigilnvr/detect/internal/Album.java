package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Event;
import java.io.IOException;

/** Where pictures of events go. */
@FunctionalInterface
interface Album {
  /** A picture that may still have to be made. */
  @FunctionalInterface
  interface Source {
    Jpeg jpeg() throws IOException;
  }

  /** Keeps it, soon, in place of another one of the event; returns at once. */
  void put(Event event, Source picture);
}
