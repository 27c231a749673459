package io.vigilnvr.record.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the administrator may set. */
@ObjectClassDefinition(name = "Recording")
@interface RecordConfig {
  @AttributeDefinition(
      name = "Recordings",
      description = "Absolute path of the first volume. It must be empty when it is used first.")
  String recordings();

  @AttributeDefinition(
      name = "Volume",
      description = "Name of the first volume; its marker must have the same.")
  String volume() default "main";

  @AttributeDefinition(name = "Backend", description = "What opens the volume.")
  String backend() default "file";

  @AttributeDefinition(
      name = "Reserve (MiB)",
      description = "Space on the volume that is never used, at most a twentieth of it.",
      min = "16",
      max = "1048576")
  int reserveMebibytes() default 512;

  @AttributeDefinition(
      name = "Read again each night",
      description =
          "So many segments of each volume are read and compared with their hash each night; 0 for"
              + " none.",
      min = "0",
      max = "100000")
  int rehashedEachNight() default 0;
}
