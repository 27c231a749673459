package io.vigilnvr.detect.onnx.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a form (RFC 7578): small texts, and one file. JAX-RS has nothing for it, and the
 * servlet is not ours.
 */
final class Multipart {
  private static final int MOST_TEXT = 1 << 20;
  private static final int MOST_HEADER = 8 * 1024;
  private static final int MOST_PARTS = 16;
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i)multipart/form-data\\s*;.*?boundary=\"?([^\";]{1,70})\"?.*");
  private static final Pattern NAME =
      Pattern.compile("(?i)content-disposition:.*?[; ]name=\"([^\"]{1,100})\".*");
  private static final Pattern FILE_NAME =
      Pattern.compile("(?i)content-disposition:.*?[; ]filename=.*");

  private final Map<String, String> texts = new LinkedHashMap<>();
  private boolean hasFile;

  private Multipart() {}

  /** It is larger than it may be. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("the file is too large");
    }
  }

  /**
   * Reads a form.
   *
   * @param file where its part {@code file} is put
   * @throws TooLargeException if that is larger than allowed
   * @throws IOException if it is no form, or breaks off
   */
  static Multipart read(String contentType, InputStream body, Path file, long mostBytes)
      throws IOException {
    Matcher type = BOUNDARY.matcher(contentType);
    if (!type.matches()) {
      throw new IOException("this is not multipart/form-data");
    }
    var form = new Multipart();
    // As if a line end came before the first boundary, all boundaries are alike.
    var in = new Parts(new BufferedInputStream(body, 64 * 1024), "\r\n--" + type.group(1));
    in.copy(OutputStream.nullOutputStream(), MOST_HEADER);
    for (int parts = 0; in.another(); parts++) {
      if (parts == MOST_PARTS) {
        throw new IOException("the form has too many parts");
      }
      form.part(in, file, mostBytes);
    }
    return form;
  }

  private void part(Parts in, Path file, long mostBytes) throws IOException {
    String name = "";
    boolean isFile = false;
    for (String line = in.line(); !line.isEmpty(); line = in.line()) {
      Matcher named = NAME.matcher(line);
      if (named.matches()) {
        name = named.group(1);
        isFile = FILE_NAME.matcher(line).matches();
      }
    }
    if (name.equals("file")) {
      try (OutputStream out = Files.newOutputStream(file)) {
        in.copy(out, mostBytes);
      }
      hasFile = true;
    } else {
      var out = new ByteArrayOutputStream();
      in.copy(out, MOST_TEXT);
      if (!isFile || name.equals("descriptor")) {
        texts.put(name, out.toString(StandardCharsets.UTF_8));
      }
    }
  }

  boolean hasFile() {
    return hasFile;
  }

  /** Empty if it is not there, or blank. */
  Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name)).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** A body that boundaries divide. */
  private static final class Parts {
    private final InputStream in;
    private final byte[] boundary;

    /** Where to go on in the boundary after a byte that does not fit (Knuth, Morris, Pratt). */
    private final int[] back;

    /** Bytes of the boundary that were seen; two before the body begins. */
    private int matched = 2;

    Parts(InputStream in, String boundary) {
      this.in = in;
      this.boundary = boundary.getBytes(StandardCharsets.ISO_8859_1);
      back = new int[this.boundary.length];
      int length = 0;
      for (int i = 1; i < back.length; i++) {
        while (length > 0 && this.boundary[i] != this.boundary[length]) {
          length = back[length - 1];
        }
        length += this.boundary[i] == this.boundary[length] ? 1 : 0;
        back[i] = length;
      }
    }

    /** Copies up to the next boundary, and takes that. */
    void copy(OutputStream out, long most) throws IOException {
      long written = 0;
      int imagined = matched;
      while (true) {
        byte b = next();
        int before = matched;
        while (matched > 0 && b != boundary[matched]) {
          matched = back[matched - 1];
        }
        matched += b == boundary[matched] ? 1 : 0;
        // What was held back and is no boundary after all.
        int given = before + 1 - matched;
        for (int i = 0; i < given; i++) {
          if (imagined > 0) {
            imagined--;
          } else {
            out.write(i < before ? boundary[i] : b);
            written++;
          }
        }
        if (written > most) {
          throw new TooLargeException();
        }
        if (matched == boundary.length) {
          matched = 0;
          return;
        }
      }
    }

    /** After a boundary: whether a part follows. */
    boolean another() throws IOException {
      String rest = afterBoundary();
      if (rest.startsWith("--")) {
        return false;
      }
      if (!rest.isBlank()) {
        throw new IOException("the form is broken");
      }
      return true;
    }

    private String afterBoundary() throws IOException {
      byte first = next();
      byte second = next();
      if (first == '-' && second == '-') {
        return "--";
      }
      if (first == '\r' && second == '\n') {
        return "";
      }
      return (char) first + ((char) second + line());
    }

    String line() throws IOException {
      var line = new ByteArrayOutputStream();
      while (line.size() < MOST_HEADER) {
        byte b = next();
        if (b == '\n') {
          return line.toString(StandardCharsets.UTF_8).stripTrailing();
        }
        line.write(b);
      }
      throw new IOException("the form has a line without end");
    }

    private byte next() throws IOException {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the upload broke off");
      }
      return (byte) b;
    }
  }
}
