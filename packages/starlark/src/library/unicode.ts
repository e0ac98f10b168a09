// Letters and their cases, one code point at a time: Unicode's simple mappings, as Go's, and not the full ones of JavaScript
// (`"ß".upper()` stays `"ß"`). ASCII, which is nearly everything, takes JavaScript's own road.
import { Chunks } from '../values/chunks.ts';

const ASCII = /^[\0-\x7f]*$/;

/** `text` with the case of each code point changed by its own mapping alone. */
export function upperText(text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : mapPoints(text, upperPoint);
}

export function lowerText(text: string): string {
  return ASCII.test(text) ? text.toLowerCase() : mapPoints(text, lowerPoint);
}

function mapPoints(text: string, map: (point: string) => string): string {
  const result = new Chunks();
  for (const point of text) result.add(map(point));
  return result.text;
}

/** Iota-subscript letters whose simple mapping is one letter while their full one is two. */
function iotaUpper(point: string): string | undefined {
  const code = point.charCodeAt(0);
  if (code >= 0x1f80 && code <= 0x1faf) return (code & 8) === 0 ? String.fromCharCode(code + 8) : point;
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCharCode(code + 9);
  return undefined;
}

function isOnePoint(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0) !== text.charCodeAt(0));
}

function upperPoint(point: string): string {
  const upper = point.toUpperCase();
  return isOnePoint(upper) ? upper : (iotaUpper(point) ?? point);
}

export function lowerPoint(point: string): string {
  if (point === '\u0130') return 'i';
  const lower = point.toLowerCase();
  return isOnePoint(lower) ? lower : point;
}

/** Title case: upper case but for the digraphs, which have a case of their own, and Georgian, which has none. */
export function titlePoint(point: string): string {
  const code = point.charCodeAt(0);
  if (code >= 0x01c4 && code <= 0x01cc) return String.fromCharCode(0x01c5 + 3 * Math.floor((code - 0x01c4) / 3));
  if (code >= 0x01f1 && code <= 0x01f3) return '\u01f2';
  if (code >= 0x10d0 && code <= 0x10ff) return point;
  return upperPoint(point);
}

/** Whether case folding knows another letter for this one. */
export function isCased(point: string): boolean {
  if (point <= '\x7f') return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
  if (point === '\u0130' || point === '\u0131') return false;
  return point === '\u00df' || upperPoint(point) !== point || lowerPoint(point) !== point;
}

export function hasCased(text: string): boolean {
  for (const point of text) if (isCased(point)) return true;
  return false;
}
