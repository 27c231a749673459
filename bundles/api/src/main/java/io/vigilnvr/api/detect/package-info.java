/**
 * Detectors look at frames and say what they see; the engine does the rest. A {@link
 * io.vigilnvr.api.detect.Detector} is a plugin: it opens a {@link
 * io.vigilnvr.api.detect.DetectorSession} for each camera that is bound to it, which says what
 * frames it wants and by what {@link io.vigilnvr.api.detect.Policy} its detections become events.
 * Thresholds, masks, zones, tracking, gating by motion, time limits and events are the engine's,
 * which tells by {@link io.vigilnvr.api.detect.Analysis} how it goes.
 */
@Export
@Version("1.2.0")
@NullMarked
package io.vigilnvr.api.detect;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
