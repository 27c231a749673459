package io.vigilnvr.rest.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the type of a record's component does not say of it, for the description of the API. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Means {
  /**
   * Of a text the enum whose words it is one of. Of an object the records that it is one of; of a
   * map the record whose components it may have, and others.
   */
  Class<?>[] value() default {};

  /** Of a text all that it can be, where no enum says it. */
  String[] words() default {};
}
