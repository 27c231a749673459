package io.vigilnvr.detect.onnx.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What the administrator may set. */
@ObjectClassDefinition(name = "Models", description = "How models are run and fetched.")
@interface OnnxConfig {
  @AttributeDefinition(
      name = "Threads",
      description = "So many pictures are looked at at once; 0 for half of the processor's cores.",
      min = "0",
      max = "64")
  int threads() default 0;

  @AttributeDefinition(
      name = "Fetch from anywhere",
      description =
          "Lets models be fetched by http, and from addresses of the local network. The SHA-256 is"
              + " needed all the same.")
  boolean fetchFromAnywhere() default false;
}
