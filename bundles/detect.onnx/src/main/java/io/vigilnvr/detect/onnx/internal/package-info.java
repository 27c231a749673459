/**
 * The detector of objects: models in ONNX format that come as bundles, how their input is made of
 * frames, and what their output means.
 */
@NullMarked
package io.vigilnvr.detect.onnx.internal;

import org.jspecify.annotations.NullMarked;
