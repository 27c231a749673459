const FIRST_MILLIS = 500;
const LONGEST_MILLIS = 15_000;

/**
 * Waits between tries: each twice as long as the one before, and spread, so that a wall of tiles does
 * not fall upon a server that has just come back.
 */
export class Backoff {
  private tries = 0;

  constructor(private readonly random: () => number = Math.random) {}

  nextMillis(): number {
    const full = Math.min(FIRST_MILLIS * 2 ** this.tries, LONGEST_MILLIS);
    this.tries = Math.min(this.tries + 1, 10);
    return Math.round(full * (0.5 + this.random() / 2));
  }

  succeeded(): void {
    this.tries = 0;
  }
}
