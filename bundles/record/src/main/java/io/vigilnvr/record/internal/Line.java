package io.vigilnvr.record.internal;

/** A volume, and what works on it: each part on a thread of its own, so that none waits. */
record Line(Mount mount, Flusher flusher, VolumeWatch watch, Retention retention) {}
