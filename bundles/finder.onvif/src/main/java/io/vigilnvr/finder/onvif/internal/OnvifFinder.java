package io.vigilnvr.finder.onvif.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.osgi.service.metatype.annotations.Designate;

/** Finds cameras that speak ONVIF, by WS-Discovery (ONVIF Core Specification, 7). */
@Component(
    configurationPid = OnvifFinderConfig.PID,
    property = CameraFinder.FINDER + "=" + OnvifFinder.NAME)
@Designate(ocd = OnvifFinderConfig.class)
public final class OnvifFinder implements CameraFinder {
  static final String NAME = "onvif";

  /** WS-Discovery, April 2005, 2.4. */
  private static final InetSocketAddress GROUP =
      new InetSocketAddress(ipv4(239, 255, 255, 250), 3702);

  /** Where to ask; looked up anew for each search, as networks come and go. */
  @FunctionalInterface
  interface Links {
    List<Link> links() throws IOException, CameraException;
  }

  private final Tasks tasks;
  private final Links links;
  private final InetSocketAddress group;

  @Activate
  public OnvifFinder(
      OnvifFinderConfig config, @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(tasks, named(config.interfaces()), GROUP);
  }

  /**
   * @param group whom to ask: everybody, or for a test somebody
   */
  OnvifFinder(Tasks tasks, Links links, InetSocketAddress group) {
    this.tasks = tasks;
    this.links = links;
    this.group = group;
  }

  /** Not from a text, which could be looked up. */
  static InetAddress ipv4(int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("four octets are an address", e);
    }
  }

  static Links named(String... interfaces) {
    // An empty list that was saved in a form comes back as one blank text.
    Set<String> names =
        Arrays.stream(interfaces)
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    return () -> Link.all(names);
  }

  @Override
  public List<FoundCamera> find(Duration atMost) throws CameraException, InterruptedException {
    try {
      return Search.run(tasks, links.links(), group, atMost);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw new CameraException(Kind.UNREACHABLE, "the network cannot be asked", e);
    }
  }
}
