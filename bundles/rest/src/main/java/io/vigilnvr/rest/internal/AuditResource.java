package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.AccountStore.AuditEntry;
import java.util.List;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/** Who did what; for admins. */
@Path("audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
  private final Backend backend;

  AuditResource(Backend backend) {
    this.backend = backend;
  }

  @GET
  @Route(value = "The audit, newest first", scope = Route.Scope.SYSTEM)
  public Items<AuditEntry> list(
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("cursor") @Nullable String cursorText) {
    var query = new Query();
    int limit = query.limit(limitText);
    long before =
        query
            .cursor(cursorText)
            .map(
                text -> {
                  try {
                    return Long.parseLong(text);
                  } catch (NumberFormatException e) {
                    query.wrong("cursor", "must be the next of a former answer");
                    return 0L;
                  }
                })
            .orElse(Long.MAX_VALUE);
    query.check();
    List<AuditEntry> page = backend.accountStore().audit(before, limit);
    return new Items<>(
        page,
        page.size() < limit ? null : Query.toCursor(Long.toString(page.get(page.size() - 1).id())));
  }
}
