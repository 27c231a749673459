package io.vigilnvr.arch;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/** Finds the names of shells among the constants of a class file (JVMS 17, 4.4). */
final class Shells {
  private static final Set<String> NAMES =
      Set.of("sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/bash", "sh -c");

  private Shells() {}

  static boolean named(InputStream classFile) throws IOException {
    var in = new DataInputStream(classFile);
    in.readInt();
    in.readInt();
    int count = in.readUnsignedShort();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> {
          if (NAMES.contains(in.readUTF())) {
            return true;
          }
        }
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
        case 5, 6 -> {
          in.readLong();
          i++;
        }
        case 7, 8, 16, 19, 20 -> in.readUnsignedShort();
        case 15 -> {
          in.readUnsignedByte();
          in.readUnsignedShort();
        }
        default -> throw new IOException("constant of unknown kind " + tag);
      }
    }
    return false;
  }
}
