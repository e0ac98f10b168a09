// The time a run has: it stands still while a person is waited for.

export class RunClock {
  private readonly now: () => number;
  private readonly onOver: () => void;
  private readonly startedAt: number;
  private leftMs: number;
  /** Since when it runs, or stands still. */
  private since: number;
  private waiters = 0;
  private waitedMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, now: () => number, onOver: () => void) {
    this.now = now;
    this.onOver = onOver;
    this.startedAt = now();
    this.since = this.startedAt;
    this.leftMs = limitMs;
    this.start();
  }

  /** Milliseconds from the start. */
  get elapsedMs(): number {
    return this.now() - this.startedAt;
  }

  get waited(): number {
    return this.waiters > 0 ? this.waitedMs + this.now() - this.since : this.waitedMs;
  }

  async waiting<T>(answer: Promise<T>): Promise<T> {
    if (this.waiters === 0) this.pause();
    this.waiters += 1;
    try {
      return await answer;
    } finally {
      this.waiters -= 1;
      if (this.waiters === 0) this.resume();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.leftMs = Number.POSITIVE_INFINITY;
  }

  private start(): void {
    if (Number.isFinite(this.leftMs)) this.timer = setTimeout(this.onOver, Math.max(0, this.leftMs));
  }

  private pause(): void {
    clearTimeout(this.timer);
    const now = this.now();
    this.leftMs -= now - this.since;
    this.since = now;
  }

  private resume(): void {
    const now = this.now();
    this.waitedMs += now - this.since;
    this.since = now;
    this.start();
  }
}
