// Runs of letters that decode to sentences: a model reads base64 and hex about as well as prose, a person does not.
import { visible } from '../visible.ts';
import type { Seen } from './hidden.ts';

const MIN_RUN = 24;
const MAX_RUN = 20_000;
const RUN = /[A-Za-z0-9+/_-]{24,}/g;

/** The first run that decodes to text. */
export function encodedIn(text: string): readonly Seen[] {
  for (const [run] of text.matchAll(RUN)) {
    const piece = run.slice(0, MAX_RUN);
    const said = fromHex(piece) ?? fromBase64(piece);
    if (said !== null)
      return [{ text: 'a run of letters in it decodes to text', excerpt: visible(said).slice(0, 400) }];
  }
  return [];
}

function fromHex(run: string): string | null {
  if (run.length < 2 * MIN_RUN || run.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(run)) return null;
  let said = '';
  for (let i = 0; i < run.length; i += 2) said += String.fromCharCode(Number.parseInt(run.slice(i, i + 2), 16));
  return isProse(said) ? said : null;
}

function fromBase64(run: string): string | null {
  // A path or an identifier has no such mix, or has separators that base64 has not.
  if (!/[A-Z]/.test(run) || !/[a-z]/.test(run)) return null;
  try {
    const said = atob(
      run
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .slice(0, run.length - (run.length % 4)),
    );
    return isProse(said) ? said : null;
  } catch {
    return null;
  }
}

/** Letters that can be shown, most of them small, with a blank or a separator here and there: chance does not give that. */
function isProse(text: string): boolean {
  let small = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7e || (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09)) return false;
    if ((code >= 0x61 && code <= 0x7a) || code === 0x20) small += 1;
  }
  return text.length >= 12 && small / text.length > 0.6;
}
