/**
 * Cameras and what talks to them. A {@link io.vigilnvr.api.camera.CameraDriver} is a plugin: it
 * turns the settings that a user entered into a {@link io.vigilnvr.api.camera.CameraSession} that
 * says where the streams are. The {@link io.vigilnvr.api.camera.CameraRegistry} keeps the cameras
 * and supervises them: retry, back-off and status are written once, there; a driver just fails.
 */
@Export
@Version("1.1.0")
@NullMarked
package io.vigilnvr.api.camera;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
