package io.vigilnvr.api.plugin;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the description of the HTTP API says of a method of a {@link RestResource}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Described {
  /** What it does, in one line. */
  String value();

  /** Of a success. */
  int status() default 200;

  /** Failures beyond 401 and 503, which every route has. */
  int[] fails() default {};
}
