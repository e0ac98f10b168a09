// The conformance chunks of three implementations: programs, with the error each has to end in, if any. They lie beside the repository:
// `$CASTELLAN_EVALS`, or `shared/evals` next to it.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = process.env.CASTELLAN_EVALS ?? fileURLToPath(new URL('../../../../../shared/evals', import.meta.url));

export interface Chunk {
  readonly id: string;
  readonly impl: 'bazel-starlark' | 'starlark-go' | 'starlark-rust';
  readonly file: string;
  readonly options: readonly string[];
  readonly source: string;
  readonly expected_errors: readonly {
    readonly pattern: string;
    /** Which implementation the error is of, where they differ. */
    readonly impl?: string | null;
    /** Line of the chunk. */
    readonly chunk_line?: number;
  }[];
}

/** `undefined`, and a word about it, where the evals are not present. */
export function readChunks(): readonly Chunk[] | undefined {
  const file = `${folder}/starlark/chunks.jsonl`;
  if (!existsSync(file)) {
    process.stderr.write('skipped: evals not present (starlark/chunks.jsonl)\n');
    return undefined;
  }
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): Chunk => JSON.parse(line));
}
