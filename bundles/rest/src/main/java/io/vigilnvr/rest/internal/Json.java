package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the API has it: strict on the way in, plain on the way out.
 *
 * <p>What is read is a record of ours. A field that the record does not have is refused, as is a
 * value of another JSON type, a name given twice, a missing value whose component is not {@code
 * Nullable}, and whatever is too deep or too long. All wrong fields are named, as far as they can
 * be found in one pass.
 */
final class Json {
  private static final int MOST_DEPTH = 50;
  private static final int MOST_STRING = 64 * 1024;
  static final int MOST_BYTES = 1024 * 1024;

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  static final ObjectMapper MAPPER = mapper();

  private static final int MOST_PROBLEMS = 100;
  private static final String PROBLEMS = "problems";

  private Json() {}

  private static ObjectMapper mapper() {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(MOST_STRING)
                    .maxNameLength(256)
                    .maxNumberLength(40)
                    .maxDocumentLength(MOST_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A JSON document may not be a way to fill the table of interned names.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    var times = new SimpleModule("vigil");
    times.addSerializer(Instant.class, new InstantWriter());
    times.addDeserializer(Instant.class, new InstantReader());
    times.addSerializer(Optional.class, new OptionalWriter());
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .addModule(times)
        .addHandler(new Collector())
        .build();
  }

  /** An instant as the API writes it: UTC with milliseconds. */
  static String text(Instant instant) {
    return INSTANT.format(instant);
  }

  /**
   * @param text RFC 3339 with any offset, whose years have four digits: others are nothing that the
   *     database can hold
   */
  static Optional<Instant> instant(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return time.getYear() < 1 || time.getYear() > 9998
          ? Optional.empty()
          : Optional.of(time.toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a request's body.
   *
   * @throws ProblemException with 400 if it is not JSON, 413 if it is too large, 422 if it is not
   *     what it should be
   */
  static Object read(InputStream in, Type type) {
    var limited = new LimitedInput(in, MOST_BYTES);
    JsonNode tree;
    try (JsonParser parser = MAPPER.createParser(limited)) {
      tree = MAPPER.readTree(parser);
      if (tree == null || tree.isMissingNode()) {
        throw new ProblemException(400, "The body is empty; send JSON.");
      }
      if (parser.nextToken() != null) {
        throw new ProblemException(400, "There is something after the JSON.");
      }
    } catch (StreamConstraintsException e) {
      throw new ProblemException(413, "The JSON is too large, too deep, or has too long texts.");
    } catch (JsonProcessingException e) {
      if (e.getOriginalMessage().startsWith("Duplicate field")) {
        throw ProblemException.invalid("", "has a name twice");
      }
      throw new ProblemException(400, "This is not JSON.");
    } catch (IOException e) {
      if (limited.isExceeded()) {
        throw new ProblemException(413);
      }
      if (limited.isLate()) {
        throw new ProblemException(408, "The body came too slowly.");
      }
      throw new ProblemException(400, "The body could not be read.");
    }
    var problems = new ArrayList<Problem>();
    refuseNul(tree, "", problems);
    if (!problems.isEmpty()) {
      throw ProblemException.invalid(problems);
    }
    return type instanceof Class<?> wanted && JsonNode.class.isAssignableFrom(wanted)
        ? object(tree)
        : bind(tree, MAPPER.constructType(type));
  }

  /** PostgreSQL has no such character, and nobody types it. */
  private static void refuseNul(JsonNode tree, String at, List<Problem> problems) {
    if (tree.isTextual()
        && tree.textValue().indexOf('\0') >= 0
        && problems.size() < MOST_PROBLEMS) {
      problems.add(new Problem(at, "must not have the character U+0000"));
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (field.getKey().indexOf('\0') >= 0) {
        problems.add(new Problem(at, "must not have the character U+0000 in a name"));
        return;
      }
      refuseNul(field.getValue(), at + "/" + escaped(field.getKey()), problems);
    }
    for (int i = 0; tree.isArray() && i < tree.size(); i++) {
      refuseNul(tree.get(i), at + "/" + i, problems);
    }
  }

  private static JsonNode object(JsonNode tree) {
    if (!tree.isObject()) {
      throw ProblemException.invalid("", "must be an object");
    }
    return tree;
  }

  /** Turns a tree into a record of ours, or names what is wrong with it. */
  static <T> T bind(JsonNode tree, Class<T> type) {
    return type.cast(bind(tree, MAPPER.constructType(type)));
  }

  private static Object bind(JsonNode tree, JavaType type) {
    var problems = new ArrayList<Problem>();
    Object value = null;
    JsonNode left = tree.deepCopy();
    for (int i = 0; i < MOST_PROBLEMS && value == null; i++) {
      try {
        value = MAPPER.readerFor(type).withAttribute(PROBLEMS, problems).readValue(left);
        break;
      } catch (JsonMappingException e) {
        String pointer = pointer(e);
        problems.add(new Problem(pointer, wrong(e)));
        if (!takeOut(left, pointer)) {
          break;
        }
      } catch (IOException e) {
        problems.add(new Problem("", "cannot be read"));
        break;
      }
    }
    if (value != null) {
      requireAll(value, "", problems);
    } else if (problems.isEmpty()) {
      problems.add(new Problem("", "must be an object"));
    }
    if (value == null || !problems.isEmpty()) {
      throw ProblemException.invalid(problems.stream().distinct().toList());
    }
    return value;
  }

  /** Takes a wrong value out, so that the next one can be found; says whether it was there. */
  private static boolean takeOut(JsonNode tree, String pointer) {
    int slash = pointer.lastIndexOf('/');
    if (slash < 0) {
      return false;
    }
    JsonNode parent = tree.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    if (parent instanceof ObjectNode object) {
      return object.remove(last) != null;
    }
    if (parent instanceof ArrayNode array) {
      int index = Integer.parseInt(last);
      return index < array.size()
          && !array.get(index).isNull()
          && array.set(index, NullNode.getInstance()) != null;
    }
    return false;
  }

  private static String pointer(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                "/"
                    + (step.getFieldName() == null
                        ? Integer.toString(step.getIndex())
                        : escaped(step.getFieldName())))
        .collect(Collectors.joining());
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String wrong(JsonMappingException e) {
    if (e instanceof MismatchedInputException mismatch) {
      return expected(mismatch.getTargetType());
    }
    return "cannot be read";
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "is of a wrong type";
    }
    if (type == String.class) {
      return "must be a text";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "must be true or false";
    }
    if (type == Integer.class || type == Long.class || type == int.class || type == long.class) {
      return "must be a whole number";
    }
    if (type == Double.class || type == double.class || Number.class.isAssignableFrom(type)) {
      return "must be a number";
    }
    if (type == Instant.class) {
      return "must be a time like 2026-11-22T14:03:05Z";
    }
    return List.class.isAssignableFrom(type) ? "must be a list" : "must be an object";
  }

  /** Names each missing value, all the way down. */
  private static void requireAll(Object value, String at, List<Problem> problems) {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        Object one = list.get(i);
        if (one == null) {
          problems.add(new Problem(at + "/" + i, "must not be null"));
        } else {
          requireAll(one, at + "/" + i, problems);
        }
      }
      return;
    }
    if (!(value instanceof Record)) {
      return;
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      String pointer = at + "/" + component.getName();
      Object one = component(value, component);
      if (one != null) {
        requireAll(one, pointer, problems);
      } else if (!mayBeAbsent(component)
          && problems.stream().noneMatch(known -> known.pointer().equals(pointer))) {
        problems.add(new Problem(pointer, "is required"));
      }
    }
  }

  static boolean mayBeAbsent(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static @Nullable Object component(Object record, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes on after what can be passed over, and remembers it. */
  private static final class Collector extends DeserializationProblemHandler {
    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object bean,
        String name)
        throws IOException {
      return add(context, parser, "is not known");
    }

    @Override
    @SuppressWarnings("NullAway") // A value that could not be read is null until it is refused.
    public Object handleUnexpectedToken(
        DeserializationContext context,
        JavaType target,
        JsonToken token,
        JsonParser parser,
        String message)
        throws IOException {
      return add(context, parser, expected(target.getRawClass())) ? null : NOT_HANDLED;
    }

    private static boolean add(DeserializationContext context, JsonParser parser, String detail)
        throws IOException {
      if (context.getAttribute(PROBLEMS) instanceof List<?> list) {
        @SuppressWarnings("unchecked")
        var problems = (List<Problem>) list;
        problems.add(new Problem(parser.getParsingContext().pathAsPointer().toString(), detail));
        parser.skipChildren();
        return true;
      }
      return false;
    }
  }

  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider serializers)
        throws IOException {
      out.writeString(text(value));
    }
  }

  /** Of plugins, whose {@code @Nullable} is not there at run time. */
  @SuppressWarnings("rawtypes")
  private static final class OptionalWriter extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator out, SerializerProvider serializers)
        throws IOException {
      if (value.isPresent()) {
        serializers.defaultSerializeValue(value.get(), out);
      } else {
        out.writeNull();
      }
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    @SuppressWarnings("NullAway")
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_STRING) {
        Optional<Instant> read = instant(parser.getText());
        if (read.isPresent()) {
          return read.get();
        }
      }
      return (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
  }

  /** Ends with an exception where too much comes, or too slowly: somebody holds a thread. */
  private static final class LimitedInput extends InputStream {
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final InputStream in;
    private final long since = System.nanoTime();
    private long left;

    LimitedInput(InputStream in, long most) {
      this.in = in;
      this.left = most;
    }

    boolean isExceeded() {
      return left < 0;
    }

    boolean isLate() {
      return System.nanoTime() - since > PATIENCE_NANOS;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      count(Math.max(0, count));
      return count;
    }

    private void count(int bytes) throws IOException {
      left -= bytes;
      if (left < 0) {
        throw new IOException("too much");
      }
      if (bytes > 0 && isLate()) {
        throw new IOException("too slow");
      }
    }
  }
}
