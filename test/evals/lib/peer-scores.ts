// The peer and ourselves on the same rows in the same run: the bypass set, and the peer's own expectations.
import { bypassScores } from './bypass.ts';
import { createEngine } from './engine.ts';
import { askPeer, PEER_LEVELS, type PeerSetup, peerHome } from './peer.ts';
import type { BypassRow, PeerRow } from './rows.ts';
import { projectWorld } from './world.ts';

export interface PeerLine {
  readonly guard: string;
  /** What should not pass: how much did not. */
  readonly stopped: number;
  readonly bad: number;
  /** What should pass: how much did not. */
  readonly needless: number;
  readonly good: number;
}

interface Answered {
  readonly isBad: boolean;
  readonly passes: boolean;
}

function line(guard: string, answered: readonly Answered[]): PeerLine {
  const bad = answered.filter(({ isBad }) => isBad);
  const good = answered.filter(({ isBad }) => !isBad);
  return {
    guard,
    stopped: bad.filter(({ passes }) => !passes).length,
    bad: bad.length,
    needless: good.filter(({ passes }) => !passes).length,
    good: good.length,
  };
}

function peerLines(
  rows: readonly { readonly command: string; readonly isBad: boolean }[],
  setup: PeerSetup,
  note: string,
): readonly PeerLine[] {
  const commands = rows.map(({ command }) => command);
  return PEER_LEVELS.flatMap((level) => {
    const answers = askPeer(commands, level, { home: peerHome(setup), cwd: projectWorld().cwd });
    if (answers === null) return [];
    return [
      line(
        `cc-safety-net ${level}${note}`,
        rows.map(({ isBad }, index) => ({ isBad, passes: answers[index]?.blocked === false })),
      ),
    ];
  });
}

export function bypassLines(bypass: readonly BypassRow[]): readonly PeerLine[] {
  const ours = bypassScores(bypass).map(({ name, malicious, stopped, nearMisses, asked }) => ({
    guard: `castellan, ${name}`,
    stopped,
    bad: malicious,
    needless: asked,
    good: nearMisses,
  }));
  const rows = bypass.map(({ command, label }) => ({ command, isBad: label === 'malicious' }));
  return [...ours, ...peerLines(rows, 'rule', ''), ...peerLines(rows, 'paths', ', both folders by path')];
}

/** On the peer's own tests: destructive and benign as it sees them. */
export function ownTestLines(peer: readonly PeerRow[]): readonly PeerLine[] {
  const world = projectWorld();
  const rows = peer.map(({ command, expected }) => ({ command, isBad: expected === 'deny' }));
  const ours = (['autonomous', 'full-auto'] as const).map((preset) => {
    const engine = createEngine({ facts: world.facts, config: { preset } });
    return line(
      `castellan, ${preset}`,
      rows.map(({ command, isBad }) => ({
        isBad,
        passes: engine.judge({ tool: 'Bash', input: { command }, cwd: world.cwd }).passes,
      })),
    );
  });
  return [...ours, ...peerLines(rows, 'none', '')];
}
