// One thing `verify` looked at, and what it saw.

export interface Check {
  readonly id: 'settings' | 'denied' | 'allowed' | 'fail-closed';
  readonly title: string;
  readonly ok: boolean;
  /** What was seen, one line. */
  readonly seen: string;
}
