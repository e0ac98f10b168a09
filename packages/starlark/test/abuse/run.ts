// Runs one hostile program in this process, which has little memory, and says what came of it. A program on standard input, a line of JSON
// on standard output.
import { readFileSync, writeSync } from 'node:fs';
import { compile, json, STARLARK_GO_ALL, struct, type Value } from '../../src/index.ts';

const BUDGET = { steps: 20e6, memoryBytes: 48 * 2 ** 20, depth: 400, outputBytes: 100_000 };

const GIVEN = new Map<string, Value>([
  ['json', json],
  ['struct', struct],
]);

const source = readFileSync(0, 'utf8');
const begin = performance.now();
const compiled = compile('abuse.star', source, { dialect: STARLARK_GO_ALL, predeclared: new Set(GIVEN.keys()) });
const ran = compiled.ok ? compiled.program.run({ budget: BUDGET, predeclared: GIVEN, print: () => {} }) : undefined;
const error = compiled.ok ? (ran?.ok === false ? ran.error : undefined) : compiled.errors[0];
const result = { error, used: ran?.used, ms: Math.round(performance.now() - begin) };
writeSync(1, `${JSON.stringify(result)}\n`);
