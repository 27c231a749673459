/** Finds ONVIF cameras by WS-Discovery, and learns their streams from those that tell anybody. */
@NullMarked
package io.vigilnvr.finder.onvif.internal;

import org.jspecify.annotations.NullMarked;
