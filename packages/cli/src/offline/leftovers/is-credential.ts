// What counts as a credential where people keep settings: by its name, its form, or as part of an address.
import { createDetector } from '@castellan/secrets';
import { looksNamed } from './leftover.ts';

/** `mysql://root:password@host`. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:(?!\$\{)[^\s@/]{3,}@/i;

export function createIsCredential(): (name: string, value: string) => boolean {
  const detector = createDetector();
  const bytes = new TextEncoder();
  return (name, value) =>
    looksNamed(name, value) || ADDRESS.test(value) || detector.find(bytes.encode(`${name}="${value}"`)).length > 0;
}
