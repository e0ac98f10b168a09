// Which passwords may be chosen (A8). Each refusal says the rule and what would meet it. RULE: it looks at a password that is
// being chosen, never at one that is being tried: a rule that grows locks nobody out.

export const MAX_PASSWORD_BYTES = 1024;
const LONG = 16;
const SHORTEST = 12;
const CLASSES = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u] as const;

export interface PasswordFault {
  readonly message: string;
  readonly hint: string;
}

export interface PasswordRule {
  readonly name: string;
  /** Whether a text, in lower case, is one that many people have. */
  readonly isCommon: (text: string) => boolean;
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** `abcabcabcabc`: the piece counts, not how often. */
const isRepetition = (text: string): boolean => /^(.{1,4}?)\1{2,}.{0,3}$/su.test(text);

export function passwordFault(given: string, { name, isCommon }: PasswordRule): PasswordFault | null {
  const password = given.normalize('NFC');
  if (bytesOf(password) > MAX_PASSWORD_BYTES)
    return {
      message: `the password is longer than ${MAX_PASSWORD_BYTES} bytes`,
      hint: 'choose a shorter one; a few words are enough',
    };
  const length = [...password].length;
  const classes = CLASSES.filter((each) => each.test(password)).length;
  if (length < SHORTEST)
    return {
      message: `the password has ${length} characters, fewer than ${SHORTEST}`,
      hint: `use ${LONG} or more, for example four or five words`,
    };
  if (length < LONG && classes < 3)
    return {
      message: `a password below ${LONG} characters needs three of: lower case, upper case, digits, others`,
      hint: `it has ${classes} of them: add one, or make it ${LONG} characters long`,
    };
  const lower = password.toLowerCase();
  if (isRepetition(lower))
    return { message: 'the password repeats one short piece', hint: 'use words or signs that differ' };
  const bare = lower.replace(/[\p{Nd}\p{P}\p{S}\s]+$/u, '');
  if (isCommon(lower) || (bare !== '' && isCommon(bare)))
    return {
      message: 'the password is one that many people have, digits at the end aside',
      hint: 'use words that do not belong together',
    };
  if (lower.replaceAll(name.toLowerCase(), '').length < SHORTEST - 4)
    return { message: 'the password is little more than the name', hint: 'choose one without your name' };
  return null;
}
