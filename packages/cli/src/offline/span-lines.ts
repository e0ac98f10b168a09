// Findings as JSON lines for other programs. Offsets count characters (Unicode code points) of the text, end excluded; in
// input that is not UTF-8 they count bytes, and each line says so.
import type { Finding } from '@castellan/secrets';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isUtf8(input: Uint8Array): boolean {
  try {
    decoder.decode(input);
    return true;
  } catch {
    return false;
  }
}

/** The same findings with offsets in characters; one pass, however many there are. */
function inCharacters(input: Uint8Array, findings: readonly Finding[]): readonly Finding[] {
  let at = 0;
  let characters = 0;
  const until = (end: number): number => {
    for (; at < end; at += 1) if (((input[at] ?? 0) & 0xc0) !== 0x80) characters += 1;
    return characters;
  };
  return findings.map((finding) => ({ ...finding, start: until(finding.start), end: until(finding.end) }));
}

export function spanLines(input: Uint8Array, findings: readonly Finding[]): readonly string[] {
  const text = isUtf8(input);
  return (text ? inCharacters(input, findings) : findings).map(({ start, end, name, by, confidence }) =>
    JSON.stringify({ start, end, name, by, confidence, ...(!text && { unit: 'bytes' }) }),
  );
}
