package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a volume for this process; the kernel lets go of it when the process dies. The file names
 * the holder, for the message to the next one.
 *
 * <p>POSIX locks belong to a process and go with the first channel on the file that it closes, so
 * within the process a set of roots stands guard, before a second channel is ever opened.
 */
final class VolumeLock implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final int LONGEST_NAME = 300;

  private final Path root;
  private final FileChannel channel;

  private VolumeLock(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  static VolumeLock take(Path root) throws IOException, VolumeRefusedException {
    if (!HELD.add(root)) {
      throw new VolumeRefusedException("in use by this Vigil already");
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              root.resolve(VolumePaths.OWN + "lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      if (tryLock(channel) == null) {
        throw new VolumeRefusedException("in use by " + holder(channel));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)), 0);
      return new VolumeLock(root, channel);
    } catch (IOException | VolumeRefusedException | RuntimeException e) {
      HELD.remove(root);
      if (channel != null) {
        channel.close();
      }
      throw e;
    }
  }

  /** Roots of the volumes that this process has. */
  static Set<Path> held() {
    return Set.copyOf(HELD);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String self() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "this host";
    }
    return "process " + ProcessHandle.current().pid() + " on " + host;
  }

  private static String holder(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(LONGEST_NAME);
    channel.read(buffer, 0);
    String text = StandardCharsets.UTF_8.decode(buffer.flip()).toString().strip();
    String shown = text.replaceAll("[^A-Za-z0-9 ._-]", "?");
    return shown.isEmpty() ? "another process" : shown;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(root);
  }
}
