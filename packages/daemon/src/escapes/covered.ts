// What the escape alarm looks at on a platform, in words, for whoever asks (`castellan doctor`, the checks).

export interface Covered {
  readonly looks: boolean;
  readonly text: string;
  /** What it cannot see there. */
  readonly not: string;
}

/** @param platform as `process.platform` has it. */
export function escapesCovered(platform: string): Covered {
  if (platform === 'linux')
    return {
      looks: true,
      text: 'programs and connections below Claude Code, OpenCode and Codex, and files that make programs run, are held against what was decided',
      not: 'what is over within a moment, what a client does within its own process, and what other agents start',
    };
  return {
    looks: false,
    text: 'files that make programs run are held against what was decided',
    not: 'programs and connections, which only Linux shows: use walls',
  };
}
