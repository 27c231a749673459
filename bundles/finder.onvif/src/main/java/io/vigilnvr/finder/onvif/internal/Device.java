package io.vigilnvr.finder.onvif.internal;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A camera that answered.
 *
 * @param address where the answer came from
 * @param service where it can be asked more; empty if it named nothing at its own address
 * @param name for people
 */
record Device(InetAddress address, Optional<URI> service, String name) {}
