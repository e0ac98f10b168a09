// Finds secrets nobody told us of: one pass for the words and prefixes they stand beside or begin with, then a bounded look
// round each. INVARIANT: pure, and linear in the input whatever it holds; no rule goes back over what it has read.
import type { Confidence, Finding } from '../finding.ts';
import type { Detector } from '../redactor.ts';
import { type Anchor, createAnchorSearch } from './anchors.ts';
import { PASSWORD_FLAG_ANCHOR, readPasswordFlag, readUserFlag, USER_FLAG_ANCHORS } from './command-line.ts';
import { COOKIE_ANCHOR, readCookies } from './cookies.ts';
import { NAMED_FORMATS, TOKEN_FORMATS } from './formats/all.ts';
import { NAME_ANCHORS } from './key-name.ts';
import { MANIFEST_ANCHOR, readManifest } from './manifests.ts';
import { createNameReader } from './named.ts';
import { PEM_ANCHOR, readPrivateKey } from './private-key.ts';
import { resolveFindings } from './resolve.ts';
import type { Scan } from './scan.ts';
import { leadOf, parseShape } from './shape.ts';
import { readToken, type TokenRule } from './tokens.ts';
import { readUrl, URL_ANCHOR } from './urls.ts';
import { createValueReader } from './value-reader.ts';

export interface DetectorOptions {
  /** The least confidence that is worth a finding. Default `likely`. */
  readonly floor?: Confidence;
}

type Meaning =
  | { readonly kind: 'token'; readonly rules: readonly TokenRule[] }
  | { readonly kind: 'name'; readonly length: number }
  | { readonly kind: 'private-key' | 'url' | 'manifest' | 'curl' | 'cookie' }
  | { readonly kind: 'user-flag' | 'password-flag'; readonly length: number };

function tokenAnchors(): ReadonlyMap<string, TokenRule[]> {
  const byPrefix = new Map<string, TokenRule[]>();
  for (const format of TOKEN_FORMATS) {
    for (const text of format.shapes) {
      const shape = parseShape(text);
      const lead = leadOf(shape);
      if (lead === null) throw new Error(`the shape \`${text}\` has no text to be found by`);
      byPrefix.set(lead.text, [...(byPrefix.get(lead.text) ?? []), { format, shape, lead }]);
    }
  }
  return byPrefix;
}

/** Vendors' words whose formats need no other word beside them; the rest are met by that other word. */
const nameAnchors = (): readonly string[] => [
  ...new Set([
    ...NAME_ANCHORS,
    ...NAMED_FORMATS.filter(({ needs }) => needs === undefined).flatMap(({ words }) => words),
  ]),
];

function listAnchors(): readonly (Anchor & { readonly meaning: Meaning })[] {
  const word = (text: string, meaning: Meaning) => ({ text, anyCase: true, meaning });
  return [
    ...[...tokenAnchors()].map(([text, rules]) => ({
      text,
      anyCase: false,
      meaning: { kind: 'token', rules } as const,
    })),
    ...nameAnchors().map((text) => word(text, { kind: 'name', length: text.length })),
    word(PEM_ANCHOR, { kind: 'private-key' }),
    word(URL_ANCHOR, { kind: 'url' }),
    word(MANIFEST_ANCHOR, { kind: 'manifest' }),
    word('curl', { kind: 'curl' }),
    word(COOKIE_ANCHOR, { kind: 'cookie' }),
    word(PASSWORD_FLAG_ANCHOR, { kind: 'password-flag', length: PASSWORD_FLAG_ANCHOR.length }),
    ...USER_FLAG_ANCHORS.map((text) => word(text, { kind: 'user-flag', length: text.length })),
  ];
}

/** A search for secrets nobody told us of; made once (a few milliseconds), used for any number of inputs. */
export function createDetector(options: DetectorOptions = {}): Detector {
  const floor = options.floor ?? 'likely';
  const anchors = listAnchors();
  const search = createAnchorSearch(anchors);
  const names = createNameReader(NAMED_FORMATS);

  const find = (input: Uint8Array): readonly Finding[] => {
    const scan: Scan = { input, values: createValueReader(input), found: [] };
    let lastCurl = -1;
    let readUntil = 0;
    let cookiesUntil = 0;
    search.scan(input, (index, start) => {
      const meaning = anchors[index]?.meaning;
      if (meaning === undefined) return;
      switch (meaning.kind) {
        case 'token':
          for (const rule of meaning.rules) readToken(scan, rule, start);
          return;
        case 'name':
          return names.read(scan, start, start + meaning.length);
        case 'private-key':
          return readPrivateKey(scan, start);
        case 'url':
          return readUrl(scan, start);
        case 'manifest':
          readUntil = readManifest(scan, start, readUntil);
          return;
        case 'cookie':
          cookiesUntil = readCookies(scan, start + COOKIE_ANCHOR.length, cookiesUntil);
          return;
        case 'curl':
          lastCurl = start;
          return;
        case 'password-flag':
          readPasswordFlag(scan, start + meaning.length);
          return;
        case 'user-flag':
          return readUserFlag(scan, start + meaning.length, lastCurl);
      }
    });
    return resolveFindings(scan.found, floor);
  };
  return { find };
}
