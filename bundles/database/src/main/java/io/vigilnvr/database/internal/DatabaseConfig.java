package io.vigilnvr.database.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Database", description = "Where Vigil keeps what is not footage.")
@interface DatabaseConfig {
  @AttributeDefinition(
      name = "URL",
      description =
          "jdbc:postgresql://host:port/database of PostgreSQL 14 or newer; empty for our own.",
      required = false)
  String url() default "";

  @AttributeDefinition(name = "User", required = false)
  String user() default "";

  @AttributeDefinition(
      name = "Password",
      description =
          "Better left empty, and given as VIGIL_DB_PASSWORD or VIGIL_DB_PASSWORD_FILE: then it is"
              + " in no configuration file.",
      type = AttributeType.PASSWORD,
      required = false)
  String _password() default "";
}
