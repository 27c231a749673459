/**
 * The HTTP API: JAX-RS resources behind one servlet, one sign-in filter and one permission check.
 */
@NullMarked
package io.vigilnvr.rest.internal;

import org.jspecify.annotations.NullMarked;
