package io.vigilnvr.finder.onvif.internal;

import io.vigilnvr.api.camera.CameraFinder.FoundCamera;
import io.vigilnvr.api.task.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** One search: asks, hears who is there, and asks these for their streams meanwhile. */
final class Search {
  /** What can talk to the cameras. */
  private static final String DRIVER = "rtsp";

  /** The question is repeated, as UDP loses things (SOAP-over-UDP, September 2004, appendix I). */
  private static final long MIN_DELAY_MILLIS = 50;

  private static final long MAX_DELAY_MILLIS = 250;

  private final List<Probe> probes = List.of(Probe.forCameras(), Probe.forAnybody());
  private final Answers answers = new Answers(probes);
  private final List<FoundCamera> found = new ArrayList<>();
  private final Map<InetAddress, Integer> counts = new HashMap<>();

  /** Searches for so long, on this thread and a few more. */
  static List<FoundCamera> run(
      Tasks tasks, List<Link> links, InetSocketAddress group, Duration atMost)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long delay =
        TimeUnit.MILLISECONDS.toNanos(
            ThreadLocalRandom.current().nextLong(MIN_DELAY_MILLIS, MAX_DELAY_MILLIS));
    long all = atMost.toNanos();
    var search = new Search();
    var inquiries = new Inquiries(tasks);
    try (inquiries;
        var sockets = new ProbeSockets(links)) {
      search.ask(sockets, group);
      search.hear(sockets, inquiries, start + Math.min(delay, all));
      search.ask(sockets, group);
      search.hear(sockets, inquiries, start + all);
    }
    search.answers.devices().forEach(device -> search.add(device, inquiries.told(device)));
    return search.found;
  }

  private void ask(ProbeSockets sockets, InetSocketAddress group) throws IOException {
    for (Probe probe : probes) {
      sockets.send(probe, group);
    }
  }

  private void hear(ProbeSockets sockets, Inquiries inquiries, long untilNanos)
      throws IOException, InterruptedException {
    while (!answers.isFull()) {
      Optional<ProbeSockets.Datagram> datagram = sockets.receive(untilNanos);
      if (datagram.isEmpty()) {
        return;
      }
      Link link = datagram.orElseThrow().link();
      InetAddress sender = datagram.orElseThrow().sender();
      byte[] bytes = new byte[datagram.orElseThrow().bytes().remaining()];
      datagram.orElseThrow().bytes().get(bytes);
      for (Device device : answers.take(sender, bytes)) {
        // The sender of a datagram is easily made up: nobody else's network is asked for it.
        device
            .service()
            .filter(service -> link.contains(sender))
            .ifPresent(service -> inquiries.add(device, service));
      }
    }
    // Those who are being asked have their time all the same.
    TimeUnit.NANOSECONDS.sleep(untilNanos - System.nanoTime());
  }

  /** One camera for each picture; without any, one whose address is to be completed. */
  private void add(Device device, List<Streams> pictures) {
    if (pictures.isEmpty()) {
      add(device.address(), device.name(), Map.of("url", text(OwnAddress.guess(device.address()))));
    }
    for (int i = 0; i < pictures.size(); i++) {
      Streams streams = pictures.get(i);
      var settings = new HashMap<String, Object>();
      settings.put("url", text(streams.main()));
      streams.sub().ifPresent(sub -> settings.put("subUrl", text(sub)));
      add(device.address(), i == 0 ? device.name() : device.name() + " " + (i + 1), settings);
    }
  }

  /** Several at one address are told from each other by a number: no address is shown twice. */
  private void add(InetAddress address, String name, Map<String, Object> settings) {
    int count = counts.merge(address, 1, Integer::sum);
    String plain = OwnAddress.plain(address);
    found.add(
        new FoundCamera(name, DRIVER, settings, count == 1 ? plain : plain + " (" + count + ")"));
  }

  private static String text(URI uri) {
    return uri.toString();
  }
}
