// Where the evaluation data lies, when it does: `$CASTELLAN_EVALS` or a folder beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = process.env.CASTELLAN_EVALS ?? fileURLToPath(new URL('../../../../../shared/evals', import.meta.url));

export interface Row {
  readonly id: string;
  readonly command: string;
  readonly label: string;
  readonly family?: string;
}

/** The rows of a file, or nothing when the evals are not present. */
export function readRows(name: string): readonly Row[] | undefined {
  const file = `${folder}/shell/${name}`;
  if (!existsSync(file)) {
    process.stderr.write(`skipped: evals not present (${name})\n`);
    return undefined;
  }
  const text = readFileSync(file, 'utf8').trim();
  return text.split('\n').map((line): Row => JSON.parse(line));
}
