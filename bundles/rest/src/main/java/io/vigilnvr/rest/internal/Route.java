package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says who may call a resource method, and what stands in the API's description of it. A method of
 * ours without it is closed to everybody.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Route {
  /** Whom a route is for. */
  enum Scope {
    /** Anybody, signed in or not. */
    OPEN,
    /** Whoever is signed in; the method shows them what is theirs. */
    SIGNED_IN,
    /** Those who may do {@link #needs} with the camera named by the path. */
    CAMERA,
    /** Those who may do {@link #needs} with the system. */
    SYSTEM
  }

  /** What it does, in one line. */
  String value();

  Scope scope();

  /** Of an open one: whether it matters who is signed in, so that a cookie counts there, too. */
  boolean heedsSession() default false;

  Action needs() default Action.ADMINISTER;

  /** Of a success. */
  int status() default 200;

  /** What a success has in its body, where the method's return type does not say it. */
  Class<?> returns() default Void.class;

  /** Failures beyond those that its scope and body bring. */
  int[] fails() default {};
}
