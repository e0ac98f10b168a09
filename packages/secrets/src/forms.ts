// The forms one known secret takes on its way out: raw, base64 at each of the three offsets (standard and URL-safe), and
// as it stands inside a JSON text. An attacker who can only choose the encoding must not get past a known value.
const utf8 = new TextEncoder();

/** Shorter values would redact ordinary words; they are refused as secrets rather than half-protected. */
export const MIN_SECRET_LENGTH = 8;

/** The part of the base64 text that only depends on the secret, whatever bytes stand before and after it. */
function base64At(bytes: Uint8Array, offset: 0 | 1 | 2): string {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const text = btoa(String.fromCharCode(...padded)).replaceAll('=', '');
  const start = offset === 0 ? 0 : offset === 1 ? 2 : 3;
  const unsure = (padded.length * 8) % 6 === 0 ? 0 : 1;
  return text.slice(start, text.length - unsure);
}

export function formsOf(secret: string): ReadonlySet<string> {
  const bytes = utf8.encode(secret);
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1)]);
  for (const offset of [0, 1, 2] as const) {
    const standard = base64At(bytes, offset);
    if (standard.length < MIN_SECRET_LENGTH) continue;
    forms.add(standard);
    forms.add(standard.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
}
