package io.vigilnvr.detect.motion.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What a user sets for each camera; no configuration of this PID is ever made. */
@ObjectClassDefinition(
    pid = MotionConfig.PID,
    name = "Motion",
    description = "Sees where the picture differs from what is usual there.")
@interface MotionConfig {
  String PID = "vigil.detect.motion";

  @AttributeDefinition(
      name = "Sensitivity",
      description =
          "0: only what is large and plain; 1: whatever is more than noise. It sets how large and"
              + " how different from the background something must be.",
      min = "0",
      max = "1",
      required = false)
  double sensitivity() default 0.5;

  @AttributeDefinition(
      name = "Sensitivity at night",
      description = "The same, while the picture is dark.",
      min = "0",
      max = "1",
      required = false)
  double nightSensitivity() default 0.5;

  @AttributeDefinition(
      name = "Night below",
      description =
          "The picture is dark while half of it is darker than this: 0 is black, 1 is white. 0:"
              + " never.",
      min = "0",
      max = "1",
      required = false)
  double nightBelow() default 0.15;

  @AttributeDefinition(
      name = "Least area (%)",
      description = "What is smaller does not count, in percent of the picture. 0: by sensitivity.",
      min = "0",
      max = "100",
      required = false)
  double minArea() default 0;

  @AttributeDefinition(
      name = "Leave out changes of light",
      description =
          "Ignores it when most of the picture changes and its shapes stay: lamps, clouds, a camera"
              + " that switches to infrared.",
      required = false)
  boolean guard() default true;

  @AttributeDefinition(
      name = "Make events",
      description =
          "Motion is an event by itself. Without, it only tells other detectors of the camera when"
              + " to look.",
      required = false)
  boolean events() default true;

  @AttributeDefinition(
      name = "Only in zones",
      description = "Counts nothing outside the camera's zones.",
      required = false)
  boolean onlyInZones() default false;

  @AttributeDefinition(
      name = "Ends after (s)",
      description = "Motion is over when nothing has moved for so many seconds.",
      min = "1",
      max = "600",
      required = false)
  int offDelaySeconds() default 5;

  @AttributeDefinition(
      name = "Frames per second",
      description = "How many it looks at.",
      min = "1",
      max = "15",
      required = false)
  int ratePerSecond() default 5;

  @AttributeDefinition(
      name = "Frames",
      description =
          "Keyframes cost least, and come every second to every ten: what passes between them is"
              + " not seen. Automatic: keyframes only where there is no small stream, and the"
              + " picture has more than 720 lines.",
      options = {
        @Option(label = "Automatic", value = "auto"),
        @Option(label = "All", value = "all"),
        @Option(label = "Keyframes", value = "keyframes")
      },
      required = false)
  String frames() default "auto";
}
