package io.vigilnvr.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of ARCHITECTURE.md about code. */
final class Rules {
  /** What everybody may use of ours. */
  private static final Set<String> SHARED = Set.of("api", "media");

  private Rules() {}

  static ArchRule star() {
    return classes()
        .that()
        .resideOutsideOfPackage("io.vigilnvr.tck..")
        .should(
            new ArchCondition<>("use only api, media and their own bundle") {
              @Override
              public void check(JavaClass from, ConditionEvents events) {
                var owner = Bundles.owner(from.getPackageName());
                for (var dependency : from.getDirectDependenciesFromSelf()) {
                  var target = Bundles.owner(dependency.getTargetClass().getPackageName());
                  boolean allowed =
                      target.isEmpty() || target.equals(owner) || SHARED.contains(target.get());
                  if (!allowed) {
                    events.add(
                        SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                  }
                }
              }
            });
  }

  static ArchRule apiNeedsNothing() {
    return classes()
        .that()
        .resideInAPackage("io.vigilnvr.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.vigilnvr.api..", "java..", "org.osgi.annotation..", "org.jspecify.annotations..");
  }

  /** Each exotic library, and the only bundles that may know it. */
  private static final Map<List<String>, List<String>> OWNERS = new LinkedHashMap<>();

  static {
    OWNERS.put(
        List.of("org.freedesktop.gstreamer..", "com.sun.jna.."),
        List.of("io.vigilnvr.ingest.gstreamer.."));
    OWNERS.put(
        List.of(
            "javax.persistence..",
            "org.hibernate..",
            "org.apache.aries.jpa..",
            "org.flywaydb..",
            "com.zaxxer.."),
        List.of("io.vigilnvr.store.."));
    OWNERS.put(List.of("org.postgresql..", "org.tukaani.."), List.of("io.vigilnvr.database.."));
    OWNERS.put(
        List.of("javax.servlet.."),
        List.of("io.vigilnvr.rest..", "io.vigilnvr.live..", "io.vigilnvr.web.."));
    OWNERS.put(List.of("org.eclipse.jetty.."), List.of("io.vigilnvr.rest..", "io.vigilnvr.live.."));
    OWNERS.put(List.of("org.glassfish.."), List.of("io.vigilnvr.rest.."));
    OWNERS.put(
        List.of("javax.ws.rs.."),
        List.of(
            "io.vigilnvr.rest..",
            "io.vigilnvr.live..",
            "io.vigilnvr.decode..",
            "io.vigilnvr.detect.internal..",
            "io.vigilnvr.detect.onnx.."));
    OWNERS.put(
        List.of("com.fasterxml.jackson.."), List.of("io.vigilnvr.rest..", "io.vigilnvr.store.."));
    OWNERS.put(
        List.of("org.apache.karaf..", "org.jline.."),
        List.of("io.vigilnvr.shell..", "io.vigilnvr.plugin.."));
    OWNERS.put(List.of("org.bouncycastle.."), List.of("io.vigilnvr.auth.."));
    OWNERS.put(
        List.of("org.opencv.."),
        List.of("io.vigilnvr.detect.motion..", "io.vigilnvr.lib.opencv.."));
    OWNERS.put(
        List.of("ai.onnxruntime.."),
        List.of("io.vigilnvr.detect.onnx..", "io.vigilnvr.lib.onnxruntime.."));
  }

  static List<ArchRule> libraries() {
    var rules = new ArrayList<ArchRule>();
    OWNERS.forEach(
        (libraries, owners) ->
            rules.add(
                noClasses()
                    .that()
                    .resideOutsideOfPackages(owners.toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(libraries.toArray(String[]::new))));
    return rules;
  }

  /** Workers are processes of their own, and so are the test kit's cameras. */
  private static final String[] PROCESSES = {
    "io.vigilnvr.ingest.worker..",
    "io.vigilnvr.ingest.rtsp..",
    "io.vigilnvr.decode.worker..",
    "io.vigilnvr.tck.."
  };

  static ArchRule threads() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(PROCESSES)
        .and()
        .resideOutsideOfPackages("io.vigilnvr.runtime..", "io.vigilnvr.ingest.gstreamer..")
        .should()
        .accessTargetWhere(
            calls(
                "a way to get a thread that is not Tasks",
                Map.of(
                    "java.lang.Thread", Set.of("<init>", "start"),
                    "java.lang.Thread$Builder", Set.of("start"),
                    "java.util.Timer", Set.of("<init>"),
                    "java.util.concurrent.ThreadPoolExecutor", Set.of("<init>"),
                    "java.util.concurrent.ForkJoinPool", Set.of("<init>", "commonPool"),
                    "java.util.concurrent.CompletableFuture", Set.of("runAsync", "supplyAsync"))))
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.Executors");
  }

  static ArchRule processes() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vigilnvr.ingest.internal..",
            "io.vigilnvr.decode.internal..",
            "io.vigilnvr.database..",
            "io.vigilnvr.tck..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ProcessBuilder");
  }

  static ArchRule noExec() {
    return noClasses()
        .should()
        .accessTargetWhere(calls("Runtime.exec", Map.of("java.lang.Runtime", Set.of("exec"))));
  }

  static ArchRule time() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(PROCESSES)
        .and()
        .resideOutsideOfPackage("io.vigilnvr.runtime..")
        .should()
        .accessTargetWhere(
            calls(
                "a clock that is not the service",
                Map.of(
                    "java.lang.System", Set.of("currentTimeMillis"),
                    "java.time.Instant", Set.of("now"),
                    "java.time.LocalDateTime", Set.of("now"),
                    "java.time.LocalDate", Set.of("now"),
                    "java.time.ZonedDateTime", Set.of("now"),
                    "java.time.OffsetDateTime", Set.of("now"),
                    "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"),
                    "java.util.Date", Set.of("<init>"))));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String description, Map<String, Set<String>> methods) {
    return new DescribedPredicate<>(description) {
      @Override
      public boolean test(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        return methods
                .getOrDefault(target.getOwner().getName(), Set.of())
                .contains(target.getName())
            // Given a clock, Instant.now is right.
            && !(target instanceof AccessTarget.CodeUnitAccessTarget unit
                && unit.getName().equals("now")
                && !unit.getRawParameterTypes().isEmpty());
      }
    };
  }
}
