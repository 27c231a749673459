package io.vigilnvr.detect.onnx.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What a user sets for each camera. */
@ObjectClassDefinition(
    name = "Objects",
    description = "Recognises persons, vehicles and animals, or whatever an installed model knows.",
    pid = CameraSettings.PID)
@interface CameraSettings {
  String PID = "vigil.detect.onnx.camera";

  @AttributeDefinition(
      name = "Model",
      description = "Id of the model; the first that is installed if empty.",
      required = false)
  String model() default "";

  @AttributeDefinition(
      name = "Labels",
      description =
          "What counts: label=score, or label=score/area, e.g. person=0.5/0.01. The score is from 0"
              + " to 1, the area of the box a fraction of the picture. Without any: persons,"
              + " vehicles, cats and dogs from 0.5 on.",
      required = false)
  String[] labels() default {};

  @AttributeDefinition(
      name = "Pictures per second",
      description = "So many are looked at.",
      min = "0.2",
      max = "15")
  double ratePerSecond() default 5;

  @AttributeDefinition(
      name = "Looks",
      description = "Whether it only looks while motion is seen, or always.",
      options = {
        @Option(label = "While something moves", value = "motion"),
        @Option(label = "Always", value = "always")
      })
  String run() default "motion";

  @AttributeDefinition(
      name = "Width of the picture",
      description =
          "Pixels. More shows what is smaller or farther away, where something moves, and costs more"
              + " to decode.",
      min = "320",
      max = "1920")
  int frameWidthPx() default 960;

  @AttributeDefinition(
      name = "Over after (seconds)",
      description = "What was not seen for so long has gone.",
      min = "1",
      max = "60")
  int offDelaySeconds() default 3;

  @AttributeDefinition(
      name = "Only in zones",
      description = "What is in no zone of the camera does not count, if it has zones.")
  boolean onlyInZones() default false;
}
