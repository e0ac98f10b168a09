// `node test/fuzz/bash.ts [--seconds 60] [--seed 1]`: random programs against the real bash. Exits with 1 on a miss.
import { runCampaign } from './lib/campaign.ts';
import { hasSandbox } from './lib/run-bash.ts';

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (!hasSandbox()) {
  say('skipped: bwrap is not here, and programs of a fuzzer run in a sandbox or not at all');
} else {
  const seconds = option('seconds', 60);
  const seed = option('seed', 1);
  const end = Date.now() + seconds * 1000;
  const { programs, executed, misses } = runCampaign({
    seed,
    programs: Number.POSITIVE_INFINITY,
    isOver: () => Date.now() >= end,
    onMiss: ({ program, what, effects }) =>
      say(
        `\nMISS: ${what}\n${program}\n  said: ${effects.map(({ kind, target, certainty }) => `${kind} ${target} ${certainty}`).join(', ')}`,
      ),
  });
  say(`\nseed ${seed}: ${programs} programs, ${executed} commands executed, ${misses.length} not reported`);
  if (misses.length > 0) process.exitCode = 1;
}
