/**
 * News for whoever shows how things are. What changes something tells every {@link
 * io.vigilnvr.api.event.ChangeObserver} that is there, and needs none; an observer then asks the
 * services concerned. Of cameras and their states {@link io.vigilnvr.api.camera.CameraObserver}
 * tells.
 */
@Export
@Version("1.1.0")
@NullMarked
package io.vigilnvr.api.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
