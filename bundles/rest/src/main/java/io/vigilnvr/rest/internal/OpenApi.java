package io.vigilnvr.rest.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.plugin.Described;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.ws.rs.Consumes;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;

/**
 * Describes routes in OpenAPI 3.1: what a method's annotations and the records that it takes and
 * gives say of themselves, so that nothing is written twice.
 */
final class OpenApi {
  private static final String SCHEMAS = "#/components/schemas/";

  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("camera", "A camera's id"),
          Map.entry("segment", "A segment's id; .mp4 may follow"),
          Map.entry("export", "A kept export's id"),
          Map.entry("token", "A token's id"),
          Map.entry("view", "A saved view's id"),
          Map.entry("plugin", "A plugin's id: its symbolic name"),
          Map.entry("dryRun", "Whether to look only, and change nothing"),
          Map.entry("level", "The least grave level that is shown; by default info"),
          Map.entry("contains", "Only what has this text in the message or the logger's name"),
          Map.entry("user", "A user name"),
          Map.entry("from", "From this time on, RFC 3339 with any offset"),
          Map.entry("to", "Up to this time, RFC 3339 with any offset"),
          Map.entry("stream", "Which of the camera's streams; by default the recorded one"),
          Map.entry("limit", "How many at most"),
          Map.entry("cursor", "The next of the former page"),
          Map.entry("type", "motion, object, external or system"),
          Map.entry("label", "What it was, in a word"),
          Map.entry("zone", "A time zone, or of events the name of a zone that they touched"),
          Map.entry("reviewed", "Whether somebody has seen to it"),
          Map.entry("retained", "Whether somebody wants it kept"),
          Map.entry("detector", "A detector's id; of events: who found it"),
          Map.entry("model", "A model's id"),
          Map.entry("format", "What it is sent as"),
          Map.entry("minScore", "How sure its source is at least, 0 to 1"),
          Map.entry("event", "An event's id"),
          Map.entry("Last-Event-ID", "The id that came last: what changed since is told first"),
          Map.entry(
              "Idempotency-Key", "Of one's own choice: what is sent again with it counts once"),
          Map.entry("If-Match", "The ETag that it must still have"),
          Map.entry("Range", "Which bytes"),
          Map.entry("If-Range", "The ETag that it must still have for the range to count"));

  private final String version;
  private final Map<String, Map<String, Object>> schemas = new TreeMap<>();

  /** What each schema describes: a record, and what its type variables stand for. */
  private final Map<String, List<Object>> described = new HashMap<>();

  /** Names of schemas of bodies of requests. */
  private final Set<String> asked = new TreeSet<>();

  /** Names of schemas whose components are left out rather than null. */
  private final Set<String> brief = new TreeSet<>();

  OpenApi(String version) {
    this.version = version;
  }

  /**
   * @param foreign routes of plugins: their paths, methods and parameters
   */
  Map<String, Object> document(
      List<ResourceRoutes.Found> routes, List<ResourceRoutes.Foreign> foreign) {
    var paths = new TreeMap<String, Map<String, Map<String, Object>>>();
    for (ResourceRoutes.Found found : routes) {
      paths
          .computeIfAbsent("/" + found.path(), path -> new LinkedHashMap<>())
          .put(found.method().toLowerCase(Locale.ROOT), operation(found));
    }
    schema(Problem.class);
    schema(ChangeNotice.ChangeKinds.class);
    addForeign(paths, foreign);
    requireWhatIsAlwaysTold();
    var document = new LinkedHashMap<String, Object>();
    document.put("openapi", "3.1.0");
    document.put(
        "info",
        Map.of(
            "title",
            "Vigil",
            "version",
            version,
            "description",
            "The HTTP API of the Vigil network video recorder.",
            "license",
            Map.of("name", "Apache-2.0", "identifier", "Apache-2.0")));
    document.put("servers", List.of(Map.of("url", "/api/v1")));
    document.put("security", List.of(Map.of("token", List.of()), Map.of("session", List.of())));
    document.put("paths", paths);
    document.put(
        "components",
        Map.of(
            "schemas",
            schemas,
            "securitySchemes",
            Map.of(
                "token",
                Map.of("type", "http", "scheme", "bearer"),
                "session",
                Map.of("type", "apiKey", "in", "cookie", "name", SignIn.COOKIE))));
    return document;
  }

  /** What may be left out of a request is there in an answer, and null. */
  private void requireWhatIsAlwaysTold() {
    var seen = new TreeSet<String>();
    var left = new ArrayDeque<>(asked);
    while (!left.isEmpty()) {
      String name = left.pop();
      if (seen.add(name)) {
        left.addAll(references(schemas.getOrDefault(name, Map.of())));
      }
    }
    schemas.forEach(
        (name, schema) -> {
          if (!seen.contains(name)
              && !brief.contains(name)
              && schema.get("properties") instanceof Map<?, ?> properties) {
            schema.put("required", List.copyOf(properties.keySet()));
          }
        });
  }

  /** Names of the schemas that something refers to. */
  private static Set<String> references(Object described) {
    var names = new TreeSet<String>();
    if (described instanceof Map<?, ?> map) {
      if (map.get("$ref") instanceof String reference) {
        names.add(reference.substring(SCHEMAS.length()));
      }
      map.values().forEach(value -> names.addAll(references(value)));
    } else if (described instanceof List<?> list) {
      list.forEach(value -> names.addAll(references(value)));
    }
    return names;
  }

  /** After ours, so that theirs give way in the names of schemas, too. */
  private void addForeign(
      Map<String, Map<String, Map<String, Object>>> paths, List<ResourceRoutes.Foreign> foreign) {
    var ours = new HashSet<String>();
    paths.forEach((path, methods) -> methods.keySet().forEach(verb -> ours.add(verb + path)));
    for (ResourceRoutes.Foreign found : foreign) {
      String path = "/" + found.path();
      String verb = found.method().toLowerCase(Locale.ROOT);
      // Of two that claim the same, ours is served.
      if (!ours.contains(verb + path)) {
        paths
            .computeIfAbsent(path, one -> new LinkedHashMap<>())
            .merge(verb, operation(found), OpenApi::both);
      }
    }
  }

  private Map<String, Object> operation(ResourceRoutes.Found found) {
    Method method = found.handler();
    Route route = found.route();
    var operation = new LinkedHashMap<String, Object>();
    operation.put("operationId", operationId(found.method(), found.path()));
    operation.put("summary", route.value());
    operation.put("tags", List.of(found.path().split("/", 2)[0]));
    operation.put("description", who(route));
    List<Map<String, Object>> parameters = parameters(method);
    Optional<Parameter> entity = entity(method);
    entity.ifPresent(of -> operation.put("requestBody", body(method, of.getParameterizedType())));
    if (isUpload(method)) {
      operation.put("requestBody", UPLOAD);
    }
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    if (route.scope() == Route.Scope.OPEN) {
      operation.put("security", List.of());
    }
    boolean hasQuery =
        parameters.stream().anyMatch(parameter -> "query".equals(parameter.get("in")));
    operation.put("responses", responses(found, entity.isPresent(), hasQuery));
    return operation;
  }

  /** JAX-RS picks one of several methods by what is sent; to callers they are one operation. */
  private static Map<String, Object> both(Map<String, Object> one, Map<String, Object> other) {
    if (one.get("requestBody") instanceof Map<?, ?> body
        && body.get("content") instanceof Map<?, ?> known
        && other.get("requestBody") instanceof Map<?, ?> otherBody
        && otherBody.get("content") instanceof Map<?, ?> more) {
      var content = new TreeMap<Object, Object>(more);
      content.putAll(known);
      one.put("requestBody", Map.of("required", true, "content", content));
    }
    if (one.get("responses") instanceof Map<?, ?> known
        && other.get("responses") instanceof Map<?, ?> more) {
      var responses = new TreeMap<Object, Object>(more);
      responses.putAll(known);
      one.put("responses", responses);
    }
    return one;
  }

  /** Of a plugin's route is known what JAX-RS must know, and what the plugin says itself. */
  private Map<String, Object> operation(ResourceRoutes.Foreign found) {
    Method method = found.handler();
    Optional<Described> said = Optional.ofNullable(method.getAnnotation(Described.class));
    String summary = said.map(Described::value).orElse(words(method.getName()));
    var operation = new LinkedHashMap<String, Object>();
    operation.put("operationId", operationId(found.method(), found.path()));
    operation.put("summary", summary);
    operation.put("tags", List.of(found.path().split("/", 2)[0]));
    operation.put("description", "Of a plugin, which sees itself to who may.");
    List<Map<String, Object>> parameters = parameters(method);
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    if (entity(method).isPresent()) {
      operation.put("requestBody", body(method, Object.class));
    }
    var responses = new TreeMap<String, Object>();
    int status = said.map(Described::status).orElse(200);
    responses.put(Integer.toString(status), success(found, summary, status));
    responses.put("401", problem(Problem.title(401)));
    responses.put("503", problem(Problem.title(503)));
    said.map(Described::fails).stream()
        .flatMapToInt(Arrays::stream)
        .forEach(code -> responses.put(Integer.toString(code), problem(Problem.title(code))));
    if (said.isEmpty()) {
      responses.put("default", problem("A problem"));
    }
    operation.put("responses", responses);
    return operation;
  }

  private Map<String, Object> success(ResourceRoutes.Foreign found, String summary, int status) {
    Method method = found.handler();
    Optional<Described> said = Optional.ofNullable(method.getAnnotation(Described.class));
    if (status == 204 || status < 200 || found.method().equals("HEAD")) {
      return Map.of("description", summary);
    }
    Type type =
        said.<Type>map(Described::returns)
            .filter(returned -> returned != Void.class)
            .orElse(method.getGenericReturnType());
    String[] medias =
        said.map(Described::type).filter(one -> one.length > 0).orElse(produced(method));
    var content = new TreeMap<String, Object>();
    for (String media : medias) {
      content.put(media.split(";", 2)[0].trim(), Map.of("schema", sent(media, type)));
    }
    return Map.of("description", summary, "content", content);
  }

  private Object sent(String media, Type type) {
    if (media.startsWith(MediaType.APPLICATION_JSON)) {
      return schema(type);
    }
    if (media.startsWith(MediaType.SERVER_SENT_EVENTS) && schema(type) instanceof Map<?, ?> data) {
      return Map.of(
          "type",
          "string",
          "description",
          "Server-sent events",
          "contentMediaType",
          MediaType.APPLICATION_JSON,
          "contentSchema",
          data);
    }
    return sent(media);
  }

  private static Object sent(String media) {
    return media.startsWith("text/")
        ? Map.of("type", "string")
        : Map.of("type", "string", "format", "binary");
  }

  private static String words(String camelCase) {
    String text = camelCase.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static List<Map<String, Object>> parameters(Method method) {
    var parameters = new ArrayList<Map<String, Object>>();
    for (Parameter parameter : method.getParameters()) {
      if (parameter.isAnnotationPresent(PathParam.class)) {
        parameters.add(parameter("path", parameter.getAnnotation(PathParam.class).value(), true));
      } else if (parameter.isAnnotationPresent(QueryParam.class)) {
        parameters.add(
            parameter("query", parameter.getAnnotation(QueryParam.class).value(), false));
      } else if (parameter.isAnnotationPresent(HeaderParam.class)) {
        parameters.add(
            parameter("header", parameter.getAnnotation(HeaderParam.class).value(), false));
      }
    }
    return parameters;
  }

  /** The parameter that JAX-RS fills with the request's body: the one that nothing is said of. */
  private static Optional<Parameter> entity(Method method) {
    return Arrays.stream(method.getParameters())
        .filter(
            parameter ->
                Arrays.stream(parameter.getAnnotations())
                    .noneMatch(one -> one.annotationType().getName().startsWith("javax.ws.rs.")))
        .findFirst();
  }

  private static final Map<String, Object> UPLOAD =
      Map.of(
          "required",
          true,
          "content",
          Map.of(
              MediaType.MULTIPART_FORM_DATA,
              Map.of(
                  "schema",
                  Map.of(
                      "type",
                      "object",
                      "properties",
                      Map.of("file", Map.of("type", "string", "format", "binary")),
                      "required",
                      List.of("file")))));

  private static boolean isUpload(Method method) {
    return List.of(consumed(method)).contains(MediaType.MULTIPART_FORM_DATA);
  }

  private static String operationId(String method, String path) {
    var id = new StringBuilder(method.toLowerCase(Locale.ROOT));
    for (String part : path.split("[^A-Za-z0-9]+", -1)) {
      if (!part.isEmpty()) {
        id.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
      }
    }
    return id.toString();
  }

  private static String who(Route route) {
    return switch (route.scope()) {
      case OPEN -> "For anybody.";
      case SIGNED_IN -> "For whoever is signed in; shows what is visible to them.";
      case CAMERA ->
          "For role " + route.needs().least().word() + " and above, for the cameras they may see.";
      case SYSTEM -> "For role " + route.needs().least().word() + " not limited to cameras.";
    };
  }

  private static Map<String, Object> parameter(String in, String name, boolean required) {
    var schema = new LinkedHashMap<String, Object>();
    switch (name) {
      case "limit" -> {
        schema.put("type", "integer");
        schema.put("minimum", 1);
        schema.put("maximum", Query.MOST_ITEMS);
        schema.put("default", 100);
      }
      case "from", "to" -> {
        schema.put("type", "string");
        schema.put("format", "date-time");
      }
      case "dryRun" -> {
        schema.put("type", "boolean");
        schema.put("default", false);
      }
      case "level" -> {
        schema.put("type", "string");
        schema.put("enum", List.of("trace", "debug", "info", "warn", "error"));
        schema.put("default", "info");
      }
      case "stream" -> {
        schema.put("type", "string");
        schema.put("enum", List.of("main", "sub"));
      }
      default -> schema.put("type", "string");
    }
    var parameter = new LinkedHashMap<String, Object>();
    parameter.put("name", name);
    parameter.put("in", in);
    parameter.put("required", required);
    parameter.put("description", PARAMETERS.getOrDefault(name, name));
    parameter.put("schema", schema);
    return parameter;
  }

  private Map<String, Object> body(Method method, Type type) {
    var content = new LinkedHashMap<String, Object>();
    for (String media : consumed(method)) {
      Object schema = type == JsonNode.class ? patched(method) : schema(type);
      asked.addAll(references(schema));
      content.put(media, Map.of("schema", schema));
    }
    return Map.of("required", true, "content", content);
  }

  /** A body that is read as a tree is a whole or a part of what the method takes. */
  private Object patched(Method method) {
    Class<?> whole =
        method.getDeclaringClass() == CameraResource.class
            ? CameraBody.CameraRequest.class
            : UserResource.UserPatch.class;
    boolean isPatch = "PATCH".equals(ResourceRoutes.verb(method));
    return isPatch
        ? Map.of("type", "object", "description", "A JSON merge patch of " + whole.getSimpleName())
        : schema(whole);
  }

  private static String[] consumed(Method method) {
    Consumes consumes = method.getAnnotation(Consumes.class);
    return consumes == null ? new String[] {MediaType.APPLICATION_JSON} : consumes.value();
  }

  private Map<String, Object> responses(
      ResourceRoutes.Found found, boolean hasBody, boolean hasQuery) {
    Route route = found.route();
    var responses = new TreeMap<String, Object>();
    responses.put(Integer.toString(route.status()), success(found));
    var fails = new TreeSet<Integer>();
    for (int status : route.fails()) {
      fails.add(status);
    }
    if (route.scope() != Route.Scope.OPEN) {
      fails.add(401);
    }
    if (route.scope() == Route.Scope.CAMERA || route.scope() == Route.Scope.SYSTEM) {
      fails.add(403);
    }
    if (route.scope() == Route.Scope.CAMERA) {
      fails.add(404);
    }
    if (hasBody) {
      fails.addAll(List.of(400, 413, 415, 422));
    }
    if (hasQuery) {
      fails.add(422);
    }
    fails.add(503);
    for (int status : fails) {
      responses.put(Integer.toString(status), problem(Problem.title(status)));
    }
    boolean ranges = route.fails().length > 0 && fails.contains(416);
    if (ranges) {
      responses.put("206", success(found));
    }
    if (isUpload(found.handler())) {
      responses.put("200", success(found)); // Of a dry run.
    }
    return responses;
  }

  private Map<String, Object> problem(String description) {
    return Map.of(
        "description",
        description,
        "content",
        Map.of(Problem.MEDIA_TYPE, Map.of("schema", schema(Problem.class))));
  }

  private Map<String, Object> success(ResourceRoutes.Found found) {
    Route route = found.route();
    var response = new LinkedHashMap<String, Object>();
    response.put("description", route.value());
    Type type =
        route.returns() == Void.class ? found.handler().getGenericReturnType() : route.returns();
    if (route.status() == 204 || found.method().equals("HEAD")) {
      return response;
    }
    String media = produced(found.handler())[0];
    Object schema = type == Response.class || type == void.class ? sent(media) : sent(media, type);
    response.put("content", Map.of(media, Map.of("schema", schema)));
    return response;
  }

  private static String[] produced(Method method) {
    Produces produces = method.getAnnotation(Produces.class);
    if (produces == null) {
      produces = method.getDeclaringClass().getAnnotation(Produces.class);
    }
    return produces == null ? new String[] {MediaType.APPLICATION_JSON} : produces.value();
  }

  private Object schema(Type type) {
    return schema(type, Map.of());
  }

  private Object schema(Type type, Map<TypeVariable<?>, Type> bound) {
    if (type instanceof TypeVariable<?> variable) {
      return schema(bound.getOrDefault(variable, Object.class), bound);
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
      return generic(generic, raw, bound);
    }
    if (!(type instanceof Class<?> plain)) {
      return Map.of();
    }
    if (plain == String.class) {
      return Map.of("type", "string");
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return Map.of("type", "boolean");
    }
    if (plain == int.class || plain == Integer.class) {
      return Map.of("type", "integer", "format", "int32");
    }
    if (plain == long.class || plain == Long.class) {
      return Map.of("type", "integer", "format", "int64");
    }
    if (plain == double.class || Number.class.isAssignableFrom(plain)) {
      return Map.of("type", "number");
    }
    if (plain == Instant.class) {
      return Map.of("type", "string", "format", "date-time");
    }
    if (plain.isEnum()) {
      return Map.of("type", "string", "enum", words(plain));
    }
    return plain.isRecord() ? reference(plain.getSimpleName(), plain, Map.of()) : Map.of();
  }

  private static Object orNull(Object schema) {
    return Map.of("anyOf", List.of(schema, Map.of("type", "null")));
  }

  private static List<String> words(Class<?> few) {
    return Arrays.stream(few.getEnumConstants())
        .map(one -> ((Enum<?>) one).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private Object generic(
      ParameterizedType generic, Class<?> raw, Map<TypeVariable<?>, Type> bound) {
    Type[] arguments = generic.getActualTypeArguments();
    if (List.class.isAssignableFrom(raw)) {
      return Map.of("type", "array", "items", schema(arguments[0], bound));
    }
    if (raw == Optional.class) {
      return orNull(schema(arguments[0], bound));
    }
    if (Map.class.isAssignableFrom(raw)) {
      return Map.of("type", "object", "additionalProperties", schema(arguments[1], bound));
    }
    if (raw.isRecord()) {
      String name =
          raw.getSimpleName()
              + (arguments[0] instanceof Class<?> of ? "Of" + of.getSimpleName() : "");
      return reference(name, raw, Map.of(raw.getTypeParameters()[0], arguments[0]));
    }
    return Map.of();
  }

  /** Claims the first name that no other record has. */
  private String name(String simple, Class<?> record, Map<TypeVariable<?>, Type> bound) {
    List<Object> what = List.of(record, bound);
    Class<?> around = record.getEnclosingClass();
    String name = simple;
    for (int i = 1; !described.computeIfAbsent(name, free -> what).equals(what); i++) {
      name = (around == null ? "" : around.getSimpleName()) + simple + (i == 1 ? "" : i);
    }
    return name;
  }

  private Object reference(String simple, Class<?> record, Map<TypeVariable<?>, Type> bound) {
    String name = name(simple, record, bound);
    if (!schemas.containsKey(name)) {
      var schema = new LinkedHashMap<String, Object>();
      schemas.put(name, schema); // Before its components, which may refer to it.
      var properties = new LinkedHashMap<String, Object>();
      var required = new ArrayList<String>();
      boolean leavesOut = leavesOut(record);
      if (leavesOut) {
        brief.add(name);
      }
      for (RecordComponent component : record.getRecordComponents()) {
        Object of = schema(component, bound);
        if (!Json.mayBeAbsent(component)) {
          required.add(component.getName());
        } else if (!leavesOut) {
          of = orNull(of);
        }
        properties.put(component.getName(), of);
      }
      if (isRow(record)) {
        schema.put("type", "array");
        schema.put("prefixItems", List.copyOf(properties.values()));
        schema.put("minItems", properties.size());
        schema.put("maxItems", properties.size());
        return Map.of("$ref", SCHEMAS + name);
      }
      schema.put("type", "object");
      schema.put("properties", properties);
      schema.put("required", required);
      schema.put("additionalProperties", false);
    }
    return Map.of("$ref", SCHEMAS + name);
  }

  private Object schema(RecordComponent component, Map<TypeVariable<?>, Type> bound) {
    Means means = component.getAnnotation(Means.class);
    if (means == null) {
      return schema(component.getGenericType(), bound);
    }
    if (means.words().length > 0) {
      return Map.of("type", "string", "enum", List.of(means.words()));
    }
    Class<?>[] kinds = means.value();
    if (kinds[0].isEnum()) {
      List<String> words = words(kinds[0]).stream().map(word -> word.replace('_', '-')).toList();
      return Map.of("type", "string", "enum", words);
    }
    if (kinds.length > 1) {
      return Map.of("anyOf", Arrays.stream(kinds).map(this::schema).toList());
    }
    Object one = schema(kinds[0]);
    references(one)
        .forEach(name -> requireNonNull(schemas.get(name)).put("additionalProperties", true));
    return one;
  }

  private static boolean leavesOut(Class<?> record) {
    JsonInclude include = record.getAnnotation(JsonInclude.class);
    return include != null && include.value() == JsonInclude.Include.NON_NULL;
  }

  /** Whether it is sent as a list of its components. */
  private static boolean isRow(Class<?> record) {
    JsonFormat format = record.getAnnotation(JsonFormat.class);
    return format != null && format.shape() == JsonFormat.Shape.ARRAY;
  }
}
