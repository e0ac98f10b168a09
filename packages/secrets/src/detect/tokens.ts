// Tokens that say what they are: at each place where a format's prefix stands, its whole shape is tried once.

import { ALNUM, is, JOIN, textOf } from './bytes.ts';
import { holds } from './checks.ts';
import type { TokenFormat } from './format.ts';
import { isText } from './randomness.ts';
import { add, type Scan } from './scan.ts';
import { type Lead, matchShape, type Shape, startOfRun } from './shape.ts';
import { isPlaceholder } from './value.ts';
import { isInsideWord } from './words.ts';

export interface TokenRule {
  readonly format: TokenFormat;
  readonly shape: Shape;
  readonly lead: Lead;
}

/** A token ends where its alphabet does; one that goes on is something else. */
function goesOn(input: Uint8Array, end: number): boolean {
  const next = input[end];
  if (next === undefined || !is(next, ALNUM | JOIN)) return false;
  // A dash may follow a token (a list, a dashed line); one that leads on to letters may not.
  return !is(next, JOIN) || is(input[end + 1], ALNUM | JOIN);
}

/** A body shorter than this (the whole token is text that must stand there) says nothing by itself. */
const LEAST_BODY = 6;

const NEAR = 48;
const NAMING = /key|token|secret|auth|cred|passw|google|gcp|api/i;

/** Whether a word before the token, on its line, names a secret. */
function isNamed(input: Uint8Array, start: number): boolean {
  const line = textOf(input, Math.max(0, start - NEAR), start);
  return NAMING.test(line.slice(line.lastIndexOf('\n') + 1));
}

export function readToken(scan: Scan, rule: TokenRule, anchor: number): void {
  const { input } = scan;
  const { format } = rule;
  const { before, text } = rule.lead;
  const start = before === null ? anchor : startOfRun(input, anchor, before);
  if (isInsideWord(input, start)) return;
  const end = matchShape(input, start, rule.shape);
  if (end === -1 || goesOn(input, end)) return;
  const body = before === null ? anchor + text.length : start;
  if (
    end - body >= LEAST_BODY &&
    (isPlaceholder(input, body, end) || (format.plain !== true && isText(input, body, end)))
  )
    return;
  const verified = format.check === undefined || holds(format.check, input, start, end);
  if (!verified && format.strict === true) return;
  const usual = verified ? (format.confidence ?? 'certain') : 'likely';
  const confidence = format.needsName === true && !isNamed(input, start) ? 'possible' : usual;
  add(scan, format.leadIsName === true ? body : start, end, { name: format.id, by: 'format', confidence });
}
