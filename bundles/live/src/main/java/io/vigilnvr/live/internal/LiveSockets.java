package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All viewers by WebSocket. Looks after them each second: whether they answer, and, each {@link
 * #CHECK_LOOKS} seconds, whether they may still watch; so a session that was ended, a user who was
 * changed and a camera that was taken away show nothing after that.
 */
final class LiveSockets {
  private static final int CHECK_LOOKS = 3;
  private static final int MOST = 512;
  private static final int MOST_OF_ONE_USER = 256;

  private final Gate gate;
  private final Set<LiveSocket> open = ConcurrentHashMap.newKeySet();
  private final Map<LiveSocket, String> users = new ConcurrentHashMap<>();
  private int looks;

  LiveSockets(Gate gate) {
    this.gate = gate;
  }

  /** Whether there is room for one more of the user's. */
  boolean hasRoom(Identity identity) {
    String user = identity.username();
    return open.size() < MOST
        && users.values().stream().filter(user::equals).count() < MOST_OF_ONE_USER;
  }

  void opened(LiveSocket socket, Identity identity) {
    users.put(socket, identity.username());
    open.add(socket);
    socket.watch();
    refuseIfMissing(socket);
  }

  void closed(LiveSocket socket) {
    socket.closed();
    open.remove(socket);
    users.remove(socket);
  }

  /** Called each second, by one thread. */
  void look(long nowNanos) {
    if (++looks % CHECK_LOOKS == 0) {
      check();
    }
    open.forEach(socket -> socket.look(nowNanos));
  }

  private void check() {
    var checked = new HashMap<Credential, Standing>();
    for (LiveSocket socket : open) {
      Standing standing = checked.computeIfAbsent(socket.credential(), this::standing);
      if (standing instanceof Standing.Good good) {
        refuseIfForeign(socket, good.identity());
      } else if (standing instanceof Standing.Gone) {
        socket.refuse("not signed in any more");
      }
      refuseIfMissing(socket);
    }
  }

  /** What a credential is worth now. */
  private sealed interface Standing {
    record Good(Identity identity) implements Standing {}

    record Gone() implements Standing {}

    /** Sign-in is away: whoever was let in stays. */
    record Unknown() implements Standing {}
  }

  private Standing standing(Credential credential) {
    try {
      return new Standing.Good(gate.identify(credential));
    } catch (RefusedException e) {
      return e.problem().equals(Problem.NOT_SIGNED_IN)
          ? new Standing.Gone()
          : new Standing.Unknown();
    }
  }

  private void refuseIfForeign(LiveSocket socket, Identity identity) {
    try {
      gate.check(identity, socket.stream().camera());
    } catch (RefusedException e) {
      if (e.problem().equals(Problem.NOT_FOUND)) {
        socket.refuse("no such camera");
      }
    }
  }

  private void refuseIfMissing(LiveSocket socket) {
    if (gate.isMissing(socket.stream())) {
      socket.refuseStream("no such stream");
    }
  }

  /** A source went. */
  void leave() {
    open.forEach(LiveSocket::leave);
  }

  /** A source came. */
  void watch() {
    open.forEach(LiveSocket::watch);
  }

  void closeAll(int code, String reason) {
    open.forEach(socket -> socket.close(code, reason));
  }

  void cutAll() {
    open.forEach(LiveSocket::cut);
  }

  int count() {
    return open.size();
  }
}
