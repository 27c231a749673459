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

  /**
   * What a success has in its body, a record, where the method's return type does not say it. Of
   * server-sent events: what each has as its data.
   */
  Class<?> returns() default Void.class;

  /** The media types of a success, where no {@code @Produces} says them; by default JSON. */
  String[] type() default {};

  /** Failures beyond 401 and 503, which every route has. */
  int[] fails() default {};
}
