// Numbers of a server's health in words. Pure.

/** `0.4 ms`, `12 ms`, `1.4 s`. */
export function tookText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
