// The published sets for known secrets: every encoding that must be caught, a mature masker's own cases exactly, and
// secrets cut over chunks. A count that falls names the rows it lost.
import { createRedactor } from '@castellan/secrets';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { readRows } from './lib/rows.ts';

interface EncodingRow {
  readonly id: string;
  readonly secret: string;
  readonly text: string;
}
interface MaskerRow {
  readonly id: string;
  readonly secrets: readonly string[];
  readonly text: string;
  readonly github_output: string;
}
interface StreamRow {
  readonly id: string;
  readonly secret: string;
  readonly chunks_b64: readonly string[];
  readonly expect_nonsecret: readonly string[];
}

const encodings = readRows<EncodingRow>('secrets/encodings_must.jsonl.gz');
const masker = readRows<MaskerRow>('secrets/github-runner-masker.jsonl.gz');
const streams = readRows<StreamRow>('secrets/streaming.jsonl.gz');

const MARK = '[REDACTED:S]';

/** What a row's text holds beside the secret, for every row whose text is `before … after`. */
const FRAMES =
  /^(?:before|after|Basic|curl|-H|"?Authorization:|Bearer|https:\/\/x|log:|[{}<>/"':\\kva=\s]|\[REDACTED:S\])*$/;
/** Base64 digits of other bytes that share a run with the secret, and at most two of its own signs. */
const NEIGHBOURS = /[A-Za-z0-9+/=]{1,8}(?=\[REDACTED:S\])|(?<=\[REDACTED:S\])[A-Za-z0-9+/=]{1,4}/g;

verifies(['X2'], 'nothing of a secret survives in any encoding that must be caught', (context) => {
  if (encodings === null) return context.skip('evals not present');
  expect(encodings.length).toBeGreaterThan(100);
  const lost = encodings.filter(({ secret, text }) => {
    const output = createRedactor([{ name: 'S', value: secret }]).text(text);
    return !output.includes(MARK) || !FRAMES.test(output.replace(NEIGHBOURS, ''));
  });
  expect(lost.map(({ id }) => id)).toEqual([]);
});

verifies(['X2'], "a mature masker's own cases come out the same, sign for sign", (context) => {
  if (masker === null) return context.skip('evals not present');
  expect(masker.length).toBeGreaterThan(20);
  const lost = masker.filter(({ secrets, text, github_output: expected }) => {
    const known = secrets.map((value, index) => ({ name: `S${index}`, value }));
    return createRedactor({ known, marker: () => '***' }).text(text) !== expected;
  });
  expect(lost.map(({ id }) => id)).toEqual([]);
});

verifies(['X2'], 'a secret cut over chunks is found, and everything else goes through', (context) => {
  if (streams === null) return context.skip('evals not present');
  expect(streams.length).toBeGreaterThan(50);
  const lost = streams.filter(({ secret, chunks_b64: chunks, expect_nonsecret: kept }) => {
    const redactor = createRedactor([{ name: 'S', value: secret }]);
    const stream = redactor.stream();
    const bytes = chunks.map((chunk) => Buffer.from(chunk, 'base64'));
    const output = Buffer.concat([...bytes.map((chunk) => stream.push(chunk)), stream.end()]).toString('utf8');
    const whole = redactor.text(Buffer.concat(bytes).toString('utf8'));
    return output !== whole || output.includes(secret) || kept.some((text) => !output.includes(text));
  });
  expect(lost.map(({ id }) => id)).toEqual([]);
});
