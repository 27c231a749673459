package io.vigilnvr.detect.onnx.internal;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Looks at a model in ONNX format (protobuf) before the native library does. What it refuses is
 * what a model that comes from anywhere could do harm by and no detector needs: code of others,
 * files beside it, loops without end, and sizes that exhaust memory.
 */
final class OnnxFile {
  private static final int MOST_NODES = 20_000;
  private static final int MOST_TENSORS = 20_000;
  private static final long MOST_VALUES = 1L << 28;
  private static final int DEEPEST = 6;

  /** Loops may never end; the others read what is no tensor of numbers. */
  private static final Set<String> REFUSED =
      Set.of("Loop", "Scan", "ImageDecoder", "StringNormalizer", "RegexFullMatch", "StringSplit");

  private static final Set<String> DOMAINS = Set.of("", "ai.onnx");

  private final byte[] bytes;
  private int nodes;
  private int tensors;
  private long values;
  private int graphs;

  private OnnxFile(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException with the reason why it is refused
   */
  static void check(byte[] bytes) {
    var file = new OnnxFile(bytes);
    file.model(file.new Message(0, bytes.length));
    if (file.graphs != 1) {
      throw new IllegalArgumentException("is no model in ONNX format");
    }
  }

  private void model(Message model) {
    while (model.next()) {
      if (model.field == 7) {
        graphs++;
        graph(model.inner(), 0);
      } else if (model.field == 25) {
        throw new IllegalArgumentException("has functions of its own, which are refused");
      }
    }
  }

  private void graph(Message graph, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("has graphs in graphs, too deep");
    }
    while (graph.next()) {
      switch (graph.field) {
        case 1 -> node(graph.inner(), depth);
        case 5 -> tensor(graph.inner());
        case 15 -> throw new IllegalArgumentException("has sparse tensors, which are refused");
        default -> {}
      }
    }
  }

  private void node(Message node, int depth) {
    nodes++;
    if (nodes > MOST_NODES) {
      throw new IllegalArgumentException("has more than " + MOST_NODES + " nodes");
    }
    while (node.next()) {
      switch (node.field) {
        case 4 -> {
          String operator = node.text();
          if (REFUSED.contains(operator)) {
            throw new IllegalArgumentException("uses " + operator + ", which is refused");
          }
        }
        case 7 -> {
          String domain = node.text();
          if (!DOMAINS.contains(domain)) {
            throw new IllegalArgumentException(
                "uses operators of " + plain(domain) + "; only those of ONNX itself are let in");
          }
        }
        case 5 -> attribute(node.inner(), depth);
        default -> {}
      }
    }
  }

  /** What a file says must not look like another line of the log. */
  private static String plain(String text) {
    String line = text.replaceAll("[^ -~]", "?");
    return line.length() > 60 ? line.substring(0, 60) + "…" : line;
  }

  private void attribute(Message attribute, int depth) {
    while (attribute.next()) {
      switch (attribute.field) {
        case 5, 10 -> tensor(attribute.inner());
        case 6, 11 -> graph(attribute.inner(), depth + 1);
        default -> {}
      }
    }
  }

  private void tensor(Message tensor) {
    tensors++;
    if (tensors > MOST_TENSORS) {
      throw new IllegalArgumentException("has more than " + MOST_TENSORS + " tensors");
    }
    long size = 1;
    while (tensor.next()) {
      if (tensor.field == 1 && tensor.wire == 0) {
        size = times(size, tensor.number);
      } else if (tensor.field == 1) {
        Message packed = tensor.inner();
        while (packed.hasMore()) {
          size = times(size, packed.varint());
        }
      } else if (tensor.field == 13 || (tensor.field == 14 && tensor.number != 0)) {
        throw new IllegalArgumentException("keeps its data in other files, which is refused");
      }
    }
    values += size;
    if (values > MOST_VALUES) {
      throw new IllegalArgumentException("has more than " + MOST_VALUES + " values");
    }
  }

  private static long times(long size, long dimension) {
    if (dimension < 0 || dimension > MOST_VALUES || size * dimension > MOST_VALUES) {
      throw new IllegalArgumentException("has a tensor of more than " + MOST_VALUES + " values");
    }
    return size * dimension;
  }

  /** A part of the file, field by field. */
  private final class Message {
    private int at;
    private final int end;
    private int field;
    private int wire;
    private long number;
    private int start;
    private int length;

    Message(int at, int end) {
      this.at = at;
      this.end = end;
    }

    boolean hasMore() {
      return at < end;
    }

    boolean next() {
      if (at >= end) {
        return false;
      }
      long key = varint();
      field = (int) (key >>> 3);
      wire = (int) (key & 7);
      number = 0;
      length = 0;
      switch (wire) {
        case 0 -> number = varint();
        case 1 -> skip(8);
        case 2 -> {
          long size = varint();
          start = at;
          skip(size);
          length = (int) size;
        }
        case 5 -> skip(4);
        default -> throw broken();
      }
      if (key >>> 3 > 1 << 20 || key >>> 3 == 0) {
        throw broken();
      }
      return true;
    }

    private void skip(long size) {
      if (size < 0 || size > end - at) {
        throw broken();
      }
      at += (int) size;
    }

    Message inner() {
      if (wire != 2) {
        throw broken();
      }
      return new Message(start, start + length);
    }

    String text() {
      if (wire != 2 || length > 1000) {
        throw broken();
      }
      return new String(bytes, start, length, StandardCharsets.UTF_8);
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at >= end) {
          throw broken();
        }
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw broken();
    }

    private IllegalArgumentException broken() {
      return new IllegalArgumentException("is no model in ONNX format");
    }
  }
}
