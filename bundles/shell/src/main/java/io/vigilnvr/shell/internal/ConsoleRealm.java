package io.vigilnvr.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Who may sign in at the console: the owner of the data directory, by the key in it, and the admins
 * among Vigil's users, by their passwords.
 */
@Component(service = JaasRealm.class)
public final class ConsoleRealm implements JaasRealm {
  /** Named in {@code etc/org.apache.karaf.shell.cfg}. */
  private static final String NAME = "vigil";

  private final BundleContext context;
  private final Path publicKeys;

  @Activate
  public ConsoleRealm(BundleContext context) throws IOException {
    this.context = context;
    var data = Path.of(context.getProperty("vigil.data"));
    this.publicKeys = data.resolve("karaf").resolve("console-keys.properties");
    ConsoleKey.ensure(data.resolve("secrets").resolve("console.key"), publicKeys);
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public int getRank() {
    return 0;
  }

  @Override
  public AppConfigurationEntry[] getEntries() {
    return Stream.concat(ownersKey().stream(), Stream.of(accounts()))
        .toArray(AppConfigurationEntry[]::new);
  }

  private Optional<AppConfigurationEntry> ownersKey() {
    return Stream.of(context.getBundles())
        .filter(bundle -> "org.apache.karaf.jaas.modules".equals(bundle.getSymbolicName()))
        .findFirst()
        .map(
            bundle ->
                entry(
                    bundle,
                    "org.apache.karaf.jaas.modules.publickey.PublickeyLoginModule",
                    Map.of("users", publicKeys.toString())));
  }

  private AppConfigurationEntry accounts() {
    return entry(context.getBundle(), AccountLogin.class.getName(), Map.of());
  }

  /** One of them is enough. */
  private AppConfigurationEntry entry(Bundle bundle, String module, Map<String, String> more) {
    var options = new HashMap<String, Object>(more);
    options.put(BundleContext.class.getName(), context);
    options.put(ProxyLoginModule.PROPERTY_MODULE, module);
    options.put(ProxyLoginModule.PROPERTY_BUNDLE, Long.toString(bundle.getBundleId()));
    return new AppConfigurationEntry(
        ProxyLoginModule.class.getName(), LoginModuleControlFlag.SUFFICIENT, options);
  }
}
