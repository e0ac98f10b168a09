// What a new password must have, as far as a page can tell; the daemon also knows the ones that many people use. RULE: the
// same words as the daemon's rule, so that nobody is told two things.

const CLASSES = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u] as const;
const LONG = 16;
const SHORTEST = 12;

export interface RuleLine {
  readonly text: string;
  readonly met: boolean;
}

export function passwordLines(given: string, name: string): readonly RuleLine[] {
  const password = given.normalize('NFC');
  const length = [...password].length;
  const classes = CLASSES.filter((each) => each.test(password)).length;
  const own = name !== '' && password.toLowerCase().replaceAll(name.toLowerCase(), '').length < SHORTEST - 4;
  return [
    {
      text: `${LONG} characters or more; or ${SHORTEST} with three of lower case, upper case, digits, others`,
      met: length >= LONG || (length >= SHORTEST && classes >= 3),
    },
    {
      text: 'more than one short piece repeated, and more than your name',
      met: length > 0 && !own && !/^(.{1,4}?)\1{2,}.{0,3}$/su.test(password.toLowerCase()),
    },
  ];
}

export const isGoodEnough = (given: string, name: string): boolean =>
  passwordLines(given, name).every(({ met }) => met);
