// What is skipped to be quick, attacked: wherever a view of a text is not made, making it would have given nothing. The
// reference makes every view of every text; texts are of what confuses: digits, digests, paths, JSON, dumps, lists, noise.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startsAtGroup } from '../src/forms.ts';
import { searchSecrets } from '../src/search.ts';
import { buildSecretSet, type SecretSet } from '../src/secret-set.ts';
import { dumpViews } from '../src/views/dumps.ts';
import {
  backslashView,
  doubleQuotedView,
  entityView,
  percentPlusView,
  percentView,
  quotedPrintableView,
  quotedView,
} from '../src/views/escapes.ts';
import { glueView } from '../src/views/glue.ts';
import { collectedMaySpell, type Encoding, leastBytes } from '../src/views/may-spell.ts';
import { keepPlausible } from '../src/views/plausible.ts';
import { base64Views, hexViews } from '../src/views/runs.ts';
import { unicodeView } from '../src/views/unicode.ts';
import { utf16View } from '../src/views/utf16.ts';
import type { View } from '../src/views/view.ts';
import { viewsOf } from '../src/views-of.ts';
import { ENCODINGS } from './encodings.ts';

const SECRETS = [
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'p@ss w0rd&"quote\'<tag>%+\\back$lash',
  'pässwörd–日本語-🔑key',
  'S3cr3t!x',
  'hunter',
];
/** All digits of hex, so that its case may change. */
const HEX_SECRET = 'a9f3c2d1e8b7465fa9f3c2d1e8b74651';

const every = (set: SecretSet, bytes: Uint8Array): readonly View[] => {
  const { reach, shortestRun, hasWide } = set;
  const grams = set.grams();
  const single = [
    percentView(bytes, reach, grams),
    bytes.includes(0x2b) ? percentPlusView(bytes, reach, grams) : null,
    backslashView(bytes, reach, grams),
    set.hasBackslash ? doubleQuotedView(bytes, reach, grams) : null,
    entityView(bytes, reach),
    quotedPrintableView(bytes, reach),
    set.hasQuoted ? quotedView(bytes, reach, grams) : null,
    glueView(bytes, reach, grams, true, false),
    set.hasSpace ? glueView(bytes, reach, grams, true, true) : null,
    utf16View(bytes, reach),
    unicodeView(bytes, reach),
  ];
  return [
    ...single.filter((view) => view !== null),
    ...base64Views(bytes, startsAtGroup, shortestRun, hasWide),
    ...hexViews(bytes, shortestRun, hasWide, set.hasHex),
    ...dumpViews(bytes, true),
  ];
};

/** What a view says, and what each of its bytes stands for. */
const told = ({ bytes, locate, decoded }: View) => ({
  bytes: Buffer.from(bytes).toString('latin1'),
  places: Array.from(bytes, (byte, at) => (byte === 0xff ? null : [locate(at, at + 1), decoded(at, at + 1)])),
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const signs = (alphabet: string, most: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: most }).map((all) => all.join(''));
const secret = fc.constantFrom(...SECRETS, HEX_SECRET);
const encoded = fc
  .tuple(secret, fc.array(fc.constantFrom(...ENCODINGS), { maxLength: 3 }))
  .map(([value, chain]) => chain.reduce((text, { encode }) => encode(text), value));
const noise = fc.oneof(
  signs('ABCXYZabcxyz0189+/-_=', 60),
  signs('0123456789abcdefABCDEFxX:, ;-\n\\|', 60),
  signs('abc \n\r\t\\"\'`^%&=;,:[]{}0\u001b\u0000', 40),
  signs('é“ｇ日\u0301a\u200b\u00a0🔑', 20),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.uint8Array({ maxLength: 40 }).map(hex),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => [...bytes].join(', ')),
  fc.json({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\n', '\r\n', '  \n  ', '\\\n', '"', '","', '=', '%%', '""', "'\\''"),
);
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: noise }, { weight: 1, arbitrary: encoded }), { maxLength: 6 })
  .map((parts) => Buffer.from(parts.join('').slice(0, 1_500), 'utf8'));

const SETS = [SECRETS, SECRETS.slice(0, 1), SECRETS.slice(1, 2), SECRETS.slice(3), ['K7QF-2M9X-HT4B']].map((values) =>
  buildSecretSet(values.map((value, index) => ({ name: `S${index}`, value }))),
);

test('every view that is not made would have been empty; the others are the same', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SETS), text, (set, bytes) => {
      expect(viewsOf(set, bytes).map(told)).toEqual(every(set, bytes).map(told));
    }),
    { numRuns: 3_000 },
  );
});

test('a secret of hex is found in any case', () => {
  const set = buildSecretSet([{ name: 'S', value: HEX_SECRET }]);
  fc.assert(
    fc.property(noise, noise, fc.infiniteStream(fc.boolean()), (before, after, cases) => {
      const mixed = [...HEX_SECRET].map((sign) => (cases.next().value === true ? sign.toUpperCase() : sign)).join('');
      const bytes = Buffer.from(`${before} ${mixed} ${after}`, 'utf8');
      const at = Buffer.byteLength(before, 'utf8') + 1;
      const covers = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
        start <= at && end >= at + mixed.length;
      expect(searchSecrets(set, bytes).some(covers)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test.each(['base64', 'hex'] as const)('digits of %s that may spell nothing spell nothing', (encoding: Encoding) => {
  const alphabet =
    encoding === 'hex' ? '0123456789abcdefABCDEF' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0189+/';
  const digits = fc.oneof(
    signs(alphabet, 80),
    fc
      .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.uint8Array({ maxLength: 8 })), {
        maxLength: 5,
      })
      .map((parts) =>
        Buffer.concat(parts.map((part) => Buffer.from(part as string)))
          .toString(encoding)
          .replaceAll('=', ''),
      ),
  );
  fc.assert(
    fc.property(digits, fc.nat(3), fc.integer({ min: 10, max: 22 }), fc.boolean(), (all, shift, shortest, wide) => {
      const kept = keepPlausible(Buffer.from(all.slice(shift), encoding), leastBytes(encoding, shortest), wide);
      const may = collectedMaySpell(Buffer.from(all, 'latin1'), encoding, shift, shortest, wide);
      if (kept !== null) expect(may).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
