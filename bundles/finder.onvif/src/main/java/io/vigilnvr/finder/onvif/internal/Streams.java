package io.vigilnvr.finder.onvif.internal;

import java.net.URI;
import java.util.Optional;

/** Where the streams of one picture are. */
record Streams(URI main, Optional<URI> sub) {}
