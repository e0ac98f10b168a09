// Recipients as rules compare them: one address each, without its display name, in lower case. INVARIANT: every address
// that a mail program could find in the text is named; text in which none can be told is not certain.

export interface Recipient {
  readonly address: string;
  /** Why it is not certain. */
  readonly note?: string;
}

export function recipientsOf(text: string): readonly Recipient[] {
  const parts = split(text)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return [{ address: text.trim().slice(0, 200), note: 'no recipient' }];
  return parts.map(recipientOf);
}

/** At commas, semicolons and line breaks, but not inside a quoted display name. */
function split(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && /[,;\r\n]/.test(character)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  // An open quote would hide what stands behind it: then every separator counts.
  return quoted ? text.split(/[,;\r\n]/) : [...parts, part];
}

function recipientOf(part: string): Recipient {
  const named = /^(.*)<([^<>]*)>$/s.exec(part);
  const address = (named?.[2] ?? part)
    .trim()
    .replace(/^mailto:/i, '')
    .normalize('NFC')
    .toLowerCase();
  const at = address.split('@').length - 1;
  // A display name that looks like an address is how one recipient is passed off as another.
  if (named?.[1]?.includes('@') === true)
    return { address, note: 'the name beside the address looks like another address' };
  if (
    at > 1 ||
    /[\s<>"\\(),;]/.test(address) ||
    /[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(address)
  )
    return { address: address.slice(0, 200), note: 'an address that can be read in several ways' };
  return { address };
}
