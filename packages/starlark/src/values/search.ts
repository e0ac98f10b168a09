// Looking for a text in another, in time that is linear whatever the two are: an attacker would choose them so that JavaScript's own
// search compares every letter of the one with every letter of the other.
import type { Meter } from './value.ts';

/** Needles up to this length cannot make the engine's search slow. */
const SHORT = 32;
/** Nor can texts so small that all pairs of letters are few. */
const FEW_PAIRS = 1 << 18;

/**
 * Code unit offset of the first `needle` at or after `from`, or −1. What was looked at is paid for afterwards, so that to look on from there
 * does not cost the rest again.
 */
export function indexOfText(text: string, needle: string, from: number, meter: Meter): number {
  const length = text.length - from;
  if (needle.length <= SHORT || length * needle.length <= FEW_PAIRS) {
    const found = text.indexOf(needle, from);
    meter.step((found < 0 ? length : found - from) >> 5);
    return found;
  }
  if (needle.length > length) return -1;
  const failure = failures(needle, meter, false);
  let matched = 0;
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && needle.charCodeAt(matched) !== unit) matched = failure[matched - 1] ?? 0;
    if (needle.charCodeAt(matched) === unit) matched++;
    if (matched < needle.length) continue;
    meter.step((i - from) >> 2);
    return i - matched + 1;
  }
  meter.step(length >> 2);
  return -1;
}

/** Code unit offset of the last `needle`, or −1. */
export function lastIndexOfText(text: string, needle: string, meter: Meter): number {
  meter.step(text.length >> 4);
  if (needle.length <= SHORT || text.length * needle.length <= FEW_PAIRS) return text.lastIndexOf(needle);
  if (needle.length > text.length) return -1;
  const failure = failures(needle, meter, true);
  meter.step(text.length >> 2);
  const last = needle.length - 1;
  let matched = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && needle.charCodeAt(last - matched) !== unit) matched = failure[matched - 1] ?? 0;
    if (needle.charCodeAt(last - matched) === unit) matched++;
    if (matched === needle.length) return i;
  }
  return -1;
}

/** For each prefix of the needle (read backwards if `reversed`): the length of its longest proper prefix that is also its suffix. */
function failures(needle: string, meter: Meter, reversed: boolean): Int32Array {
  meter.allocate(4 * needle.length);
  meter.step(needle.length >> 3);
  const last = needle.length - 1;
  const at = (i: number) => needle.charCodeAt(reversed ? last - i : i);
  const failure = new Int32Array(needle.length);
  let matched = 0;
  for (let i = 1; i < needle.length; i++) {
    while (matched > 0 && at(matched) !== at(i)) matched = failure[matched - 1] ?? 0;
    if (at(matched) === at(i)) matched++;
    failure[i] = matched;
  }
  return failure;
}
