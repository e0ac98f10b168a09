// Part of the plug-in for OpenCode (plugin.mjs): values, and the arguments a tool runs with. RULE: what runs is what was decided,
// member by member, and nobody who comes after changes it.
import { isDeepStrictEqual } from 'node:util';

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const reason = (error) => (error instanceof Error ? error.message : String(error));
export const plain = (value) => JSON.parse(JSON.stringify(value));

export function freeze(value) {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

/** Exactly the decided members, in the object OpenCode runs with, and nobody after us changes them. */
export function become(args, decision) {
  for (const name of Object.keys(args))
    if (!Reflect.deleteProperty(args, name)) throw new Error(`castellan: \`${name}\` is held`);
  Object.setPrototypeOf(args, Object.prototype);
  for (const [name, value] of Object.entries(decision))
    Object.defineProperty(args, name, { value, writable: true, enumerable: true, configurable: true });
  if (!isDeepStrictEqual(plain(args), decision))
    throw new Error('castellan: the arguments are not those that were decided');
  freeze(args);
}

/** What OpenCode runs by itself in a slash command's text, before any plug-in is told. */
export const quiet = (text) => text.replace(/!(?=`)/g, '(not run: castellan) ');
