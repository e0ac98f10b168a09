// Unknown secrets: how fast they are searched for and how many are found, beside the rules most JavaScript projects use
// (`@secretlint` with its recommended preset), in one run over the same bytes and the same rows. Times are of the processor,
// best of the rounds, so that other work on the machine weighs less.
import { createDetector } from '@castellan/secrets';
import { ordinaryCommands, ordinarySources, type Search, scoreRows, secretRows } from '../test/evals/lib/detection.ts';
import { report } from './lib/spread.ts';
import { makeSecrets, makeToolOutput } from './lib/tool-output.ts';

const QUICK = process.argv.includes('--quick');
const ROUNDS = QUICK ? 3 : 9;
const SIZE = QUICK ? 2_000_000 : 10_000_000;
const RESULT = 1024;
const RESULTS = 4000;
const PROMISE = { megabytes: 25, microseconds: 20, covered: 0.9, wrong: 0.01 };
const SECRETS = 300;

interface Contender {
  readonly name: string;
  readonly search: Search;
}

const detector = createDetector();
const ours: Contender = { name: 'castellan', search: (bytes) => detector.find(bytes) };

/** Loaded only here; a machine without it says so. */
async function secretlint(): Promise<Contender | null> {
  try {
    const { lintSource } = await import('@secretlint/core');
    const { creator } = await import('@secretlint/secretlint-rule-preset-recommend');
    const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }];
    const decoder = new TextDecoder();
    const search: Search = async (bytes, path = 'output.txt') => {
      const content = decoder.decode(bytes);
      const source = {
        content,
        filePath: `/${path}`,
        ext: path.slice(path.lastIndexOf('.')),
        contentType: 'text' as const,
      };
      const { messages } = await lintSource({ source, options: { config: { rules }, noPhysicFilePath: true } });
      const toBytes = (unit: number): number => Buffer.byteLength(content.slice(0, unit));
      return messages.map(({ range: [start, end] }) => ({ start: toBytes(start), end: toBytes(end) }));
    };
    return { name: '@secretlint preset-recommend', search };
  } catch (fault) {
    console.log(
      `NOT COMPARED: @secretlint is not installed (${fault instanceof Error ? fault.message.split('\n', 1)[0] : fault})`,
    );
    return null;
  }
}

/** Seconds of the processor for one search. */
async function seconds(search: Search, bytes: Uint8Array): Promise<number> {
  const before = process.cpuUsage();
  await search(bytes);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

async function throughput(
  contenders: readonly Contender[],
  name: string,
  bytes: Uint8Array,
): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  for (let turn = 0; turn < ROUNDS; turn++) {
    for (const contender of contenders) {
      const megabytes = bytes.length / 1e6 / (await seconds(contender.search, bytes));
      best.set(contender.name, Math.max(best.get(contender.name) ?? 0, megabytes));
    }
  }
  for (const contender of contenders) {
    const found = (await contender.search(bytes)).length;
    rows.push({ what: name, who: contender.name, 'MB/s of processor': round(best.get(contender.name) ?? 0), found });
  }
  return best;
}

const rows: object[] = [];
const peer = await secretlint();
const contenders = peer === null ? [ours] : [ours, peer];

const output = makeToolOutput(SIZE, makeSecrets(SECRETS));
const mixed = await throughput(contenders, `${SIZE / 1e6} MB of tool output`, output);
const sources = ordinarySources(QUICK ? 200 : 1000);
await throughput(contenders, 'ordinary sources', Buffer.concat(sources.map(({ bytes }) => bytes)).subarray(0, SIZE));

const slices = Array.from({ length: RESULTS }, (_, at) => output.subarray(at * RESULT, (at + 1) * RESULT));
let perResult = Number.POSITIVE_INFINITY;
for (let turn = 0; turn < ROUNDS; turn++) {
  const before = process.cpuUsage();
  for (const slice of slices) detector.find(slice);
  const { user, system } = process.cpuUsage(before);
  perResult = Math.min(perResult, (user + system) / slices.length);
}
rows.push({ what: 'a result of 1 KB', who: ours.name, µs: round(perResult, 2) });

const promises = [
  { text: `${PROMISE.megabytes} MB/s of tool output`, kept: (mixed.get(ours.name) ?? 0) >= PROMISE.megabytes },
  { text: `a result of 1 KB within ${PROMISE.microseconds} µs`, kept: perResult <= PROMISE.microseconds },
];

const published = secretRows();
const percent = (part: number, whole: number): number => round((100 * part) / whole, 2);
if (published !== null) {
  for (const { name, search } of contenders) {
    const score = await scoreRows(published, search);
    rows.push({
      what: `${score.secrets} published secrets, ${score.nearMisses} near-misses`,
      who: name,
      'exact %': percent(score.exact, score.secrets),
      'covered %': percent(score.covered, score.secrets),
      'touched %': percent(score.touched, score.secrets),
      'false %': percent(score.falselyFound, score.nearMisses),
      'false % without secrets of other rows': percent(score.plainFalselyFound, score.plainNearMisses),
    });
    if (name !== ours.name) continue;
    promises.push(
      { text: 'nine of ten published secrets covered', kept: score.covered / score.secrets >= PROMISE.covered },
      {
        text: 'at most one of a hundred near-misses',
        kept: score.plainFalselyFound / score.plainNearMisses <= PROMISE.wrong,
      },
    );
  }
}

for (const { name, search } of contenders) {
  let found = 0;
  for (const { bytes, path } of sources) found += (await search(bytes, path)).length;
  for (const command of ordinaryCommands() ?? []) found += (await search(Buffer.from(command))).length;
  rows.push({ what: `found in ${sources.length} ordinary sources and the ordinary commands`, who: name, found });
  if (name === ours.name) promises.push({ text: 'nothing found in ordinary texts', kept: found === 0 });
}

report('detect', rows, promises);
