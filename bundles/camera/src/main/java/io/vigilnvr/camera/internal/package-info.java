/**
 * The registry of cameras, and their supervisor: what is set up, checked and kept; and for each
 * camera one task that connects it, retries, and says how it is.
 */
@NullMarked
package io.vigilnvr.camera.internal;

import org.jspecify.annotations.NullMarked;
