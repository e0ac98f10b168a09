// `node examples/ironcurtain/main.ts`: how far our policy agrees with IronCurtain's expectations, and where it does not.
// `--write` puts it into the README beside this file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIFFERENCES } from './differences.ts';
import { type Score, scoreIronCurtain } from './score.ts';

const BEGIN = '<!-- scored -->\n';
const END = '<!-- /scored -->';

function told(title: string, { agreed, rows, differences }: Score): readonly string[] {
  const head = `**${title}**: agrees in ${agreed} of ${rows} calls (${((100 * agreed) / rows).toFixed(1)} %).`;
  const lines = differences.map(({ id, tool, expected, got, by, shipped, description }) => {
    const why = shipped ? `\`${by}\` is a guardrail that comes with Castellan; no policy lifts it.` : DIFFERENCES[id];
    if (why === undefined) process.exitCode = 1;
    return `| \`${tool}\`: ${description} | ${expected} | ${got} (\`${by}\`) | ${why ?? 'NOT EXPLAINED'} |`;
  });
  return [head, '', '| call | expected | decided | why |', '|---|---|---|---|', ...lines, ''];
}

const scores = scoreIronCurtain();
if (scores !== null) {
  const text = [
    ...told('The constitution alone', scores.alone),
    ...told('With the guardrails that come with Castellan', scores.guarded),
  ].join('\n');
  console.log(text);
  const readme = join(import.meta.dirname, 'README.md');
  if (process.argv.includes('--write')) {
    const [before = '', rest = ''] = readFileSync(readme, 'utf8').split(BEGIN);
    writeFileSync(readme, `${before}${BEGIN}${text}${END}${rest.split(END)[1] ?? ''}`);
  }
}
