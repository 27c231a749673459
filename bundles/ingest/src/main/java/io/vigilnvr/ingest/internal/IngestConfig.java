package io.vigilnvr.ingest.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Ingest")
@interface IngestConfig {
  @AttributeDefinition(
      name = "Cameras per worker",
      description =
          "How many cameras share a worker process, and its fate; 0: 64 where plain Java receives"
              + " them, 8 where native code does.",
      min = "0",
      max = "64")
  int camerasPerWorker() default 0;

  @AttributeDefinition(
      name = "Lease (s)",
      description = "How long workers go on receiving while the platform is away.",
      min = "5",
      max = "3600")
  int leaseSeconds() default 120;
}
