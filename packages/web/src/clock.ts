// The only clock of the page. It shows how long something waits; it decides nothing. A phone may be minutes off, so that what
// the daemon says of the time counts where the two differ.

let offset = 0;
/** The daemon's `Date` header has whole seconds: less than this is no difference. */
const TOLERANCE_MS = 2500;

/** Told of every answer's `Date` header. */
export function daemonSaid(date: string | null): void {
  const said = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(said)) return;
  const difference = said + 500 - Date.now();
  offset = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
}

/** Milliseconds since 1970, as the daemon counts them. */
export const now = (): number => Date.now() + offset;
