package io.vigilnvr.decode.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(name = "Decoding", description = "How much may be decoded.")
@interface DecodeConfig {
  @AttributeDefinition(
      name = "Workers",
      description =
          "Most worker processes: with two, single pictures and what goes on do not share one.",
      min = "1",
      max = "2")
  int workers() default 2;

  @AttributeDefinition(
      name = "Idle seconds",
      description = "A worker without work ends after so long.",
      min = "1",
      max = "3600")
  int idleSeconds() default 60;

  @AttributeDefinition(
      name = "Memory",
      description =
          "Megabytes; a worker that has more, beside 24 pictures of each stream, is killed.",
      min = "200",
      max = "8000")
  int memoryMegabytes() default 700;

  @AttributeDefinition(
      name = "Transcodes",
      description = "Most streams that are transcoded at once.",
      min = "0",
      max = "16")
  int transcodes() default 2;

  @AttributeDefinition(
      name = "Decoders",
      description = "What may decode: hardware where there is some, or software alone.",
      options = {
        @Option(label = "Whatever is best", value = "auto"),
        @Option(label = "Software", value = "software")
      })
  String decoders() default "auto";

  @AttributeDefinition(
      name = "Avoided decoders",
      description = "Names of those that are not used, e.g. vah264dec.",
      required = false)
  String[] avoidedDecoders() default {};
}
