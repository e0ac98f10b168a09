// `node examples/agentdojo-banking/main.ts`: what a bank's policy stops, what it costs, and how often a person is asked.
// `--write` puts it into the README beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreBanking } from './score.ts';

const BEGIN = '<!-- scored -->\n';
const END = '<!-- /scored -->';
const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

const scores = scoreBanking();
if (scores !== null) {
  const lines = scores.map(
    (score) =>
      `| ${score.name}: ${score.what} | ${score.useful} of ${score.benign} (${percent(score.useful, score.benign)}) | ${score.stillDone} of ${score.done} (${percent(score.stillDone, score.done)}) | ${score.stopped} of ${score.succeeded} (${percent(score.stopped, score.succeeded)}) | ${score.confirmsBenign.toFixed(2)} | ${score.confirmsAttacked.toFixed(2)} | ${percent(score.quiet, score.benign)} |`,
  );
  const text = [
    '| variant | runs without an attack in which nothing is refused | of those in which the model did its task | successful attacks stopped | questions a run, without attack | questions a run, attacked | runs without any question |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
  console.log(text);
  const readme = join(import.meta.dirname, 'README.md');
  if (process.argv.includes('--write')) {
    const [before = '', rest = ''] = readFileSync(readme, 'utf8').split(BEGIN);
    writeFileSync(readme, `${before}${BEGIN}${text}${END}${rest.split(END)[1] ?? ''}`);
  }
}
