// What the evaluation sets say of us today, for a person: `node test/evals/report.ts [bypass|nl2bash|tldr] [--rows]`.
import { bypassScores } from './lib/bypass.ts';
import { scoreOrdinary } from './lib/ordinary.ts';
import { bypassRows, nl2bashRows, type OrdinaryRow, tldrRows } from './lib/rows.ts';
import { projectWorld } from './lib/world.ts';

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const withRows = process.argv.includes('--rows');
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
const oneLine = (text: string): string => JSON.stringify(text).slice(1, -1).slice(0, 160);

function reportBypass(): void {
  const rows = bypassRows();
  if (rows === null) return;
  for (const score of bypassScores(rows)) {
    say(
      `bypass, ${score.name}: stopped ${score.stopped} of ${score.malicious} (${percent(score.stopped, score.malicious)}), near-misses asked ${score.asked} of ${score.nearMisses}`,
    );
    for (const { family, command, judged } of score.passed)
      say(
        `  PASSED ${family}: ${oneLine(command)}\n    ${judged.effects.map(({ kind, target, certainty }) => `${kind} ${oneLine(target)} ${certainty}`).join(', ')}`,
      );
    for (const { command, judged } of score.needless)
      say(
        `  asked: ${oneLine(command)}\n    ${judged.reason.id}: ${judged.effects.map(({ kind, target, certainty, note }) => `${kind} ${oneLine(target)} ${certainty}${note === undefined ? '' : ` (${note})`}`).join(', ')}`,
      );
  }
}

function reportOrdinary(name: string, rows: readonly OrdinaryRow[] | null): void {
  if (rows === null || rows.length === 0) return;
  const score = scoreOrdinary(rows, projectWorld());
  const micros = (ms: number): string => `${(ms * 1000).toFixed(0)} µs`;
  say(
    `\n${name}: a person is needed for ${score.asked} of ${score.rows} (${percent(score.asked, score.rows)}); analysis and decision p50 ${micros(score.p50)}, p99 ${micros(score.p99)}, worst ${micros(score.worst)}`,
  );
  for (const { reason, count, examples } of score.reasons.slice(0, withRows ? 1000 : 25)) {
    say(`  ${String(count).padStart(5)}  ${reason}`);
    for (const example of examples.slice(0, 2)) say(`           ${oneLine(example)}`);
  }
  if (withRows) for (const { command, reason } of score.asks) say(`    ${reason} | ${oneLine(command)}`);
}

if (isWanted('bypass')) reportBypass();
const nl2bash = isWanted('nl2bash') ? nl2bashRows() : null;
reportOrdinary('nl2bash, nothing changed', nl2bash?.filter((row) => row.mutating_heuristic === false) ?? null);
reportOrdinary('nl2bash, something changed', nl2bash?.filter((row) => row.mutating_heuristic === true) ?? null);
if (isWanted('tldr')) reportOrdinary('tldr', tldrRows());
