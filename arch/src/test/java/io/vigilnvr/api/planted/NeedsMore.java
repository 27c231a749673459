package io.vigilnvr.api.planted;

import org.slf4j.Logger;

/** An API that needs a logger. */
public interface NeedsMore {
  Logger logger();
}
