package io.vigilnvr.database.internal;

/** Configuration files of the cluster; written before each start. */
final class Settings {
  private Settings() {}

  /** {@code pg_hba.conf}: our user, from this machine, with a password; nobody else. */
  static final String ACCESS = "host vigil vigil 127.0.0.1/32 scram-sha-256\n";

  /**
   * {@code postgresql.conf}: small, durable, quiet.
   *
   * @param sharedMemory the {@code dynamic_shared_memory_type}
   */
  static String server(int port, String sharedMemory) {
    return """
        # Written by Vigil at each start; changes are lost.
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        ssl = off
        password_encryption = scram-sha-256
        authentication_timeout = 10s
        max_connections = 30

        # Durable
        fsync = on
        full_page_writes = on
        synchronous_commit = on
        data_sync_retry = off
        restart_after_crash = on

        # Small: hundreds of megabytes of data, a few clients
        shared_buffers = 32MB
        work_mem = 4MB
        maintenance_work_mem = 32MB
        temp_buffers = 1MB
        min_wal_size = 64MB
        max_wal_size = 256MB
        wal_level = minimal
        max_wal_senders = 0
        max_replication_slots = 0
        max_worker_processes = 2
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        max_logical_replication_workers = 0
        autovacuum_max_workers = 1
        huge_pages = off
        dynamic_shared_memory_type = %s
        jit = off

        # A client that is gone must not hold locks
        idle_in_transaction_session_timeout = 60s
        tcp_keepalives_idle = 30
        tcp_keepalives_interval = 10
        tcp_keepalives_count = 3

        log_destination = stderr
        logging_collector = off
        log_line_prefix = '%%m [%%p] '
        log_min_messages = warning
        log_min_error_statement = panic
        log_checkpoints = off
        log_timezone = UTC
        timezone = UTC
        datestyle = 'iso, ymd'
        lc_messages = C
        """
        .formatted(port, sharedMemory);
  }
}
