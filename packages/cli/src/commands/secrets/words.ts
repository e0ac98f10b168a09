// How secrets are written for people, and how what people write of them is read.
import { type SecretInfo, type SecretUse, secretUseKindSchema, secretUseSchema } from '@castellan/contract';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { duration, instant, plural } from '../../text/words.ts';

export const textOfUse = ({ kind, name }: SecretUse): string => `${kind}:${visible(name)}`;

export const usesText = (uses: readonly SecretUse[]): string =>
  uses.some(({ kind }) => kind === 'host')
    ? uses.map(textOfUse).join(', ')
    : [...uses.map(textOfUse), 'no host'].join(', ');

/** What it may be used for, or whose sign-in keeps it. */
export const reachText = ({ owner, uses }: SecretInfo): string =>
  owner === undefined ? usesText(uses) : `the sign-in of the module ${owner} alone`;

/** `host:api.example.org`, `module:mail`, `agent:claude`, `script:report`. */
export function readUses(texts: readonly string[], out: Output): { readonly uses: SecretUse[] } | ExitCode {
  const uses: SecretUse[] = [];
  for (const text of texts) {
    const [kind = '', ...rest] = text.split(':');
    const parsed = secretUseSchema.safeParse({ kind, name: rest.join(':') });
    if (!parsed.success)
      return out.error(
        `\`${visible(text)}\`: ${parsed.error.issues[0]?.message ?? 'it cannot be read'}`,
        [`KIND:NAME, where KIND is ${secretUseKindSchema.options.join(', ')}: \`host:api.example.org\``],
        EXIT.usage,
      );
    uses.push(parsed.data);
  }
  return { uses };
}

/** The end of a day, or an hour of it: in local time as people write it. */
export function readExpiry(text: string, now: number, out: Output): { readonly at: number } | ExitCode {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T23:59:59`) : Date.parse(text);
  if (Number.isNaN(at)) return out.error(`\`${visible(text)}\` is no date`, ['for example 2027-01-31'], EXIT.usage);
  return at > now ? { at } : out.error(`\`${visible(text)}\` is over`, ['give a day that is to come'], EXIT.usage);
}

export function dueText({ due, expiresAt, rotateAfterDays, canary }: SecretInfo): string {
  if (canary) return 'canary';
  switch (due) {
    case 'no':
      return [
        ...(expiresAt === null ? [] : [`until ${instant(expiresAt).slice(0, 10)}`]),
        ...(rotateAfterDays === null ? [] : [`rotate every ${plural(rotateAfterDays, 'day')}`]),
      ].join(', ');
    case 'soon':
      return 'due soon';
    case 'now':
      return 'rotate it now';
    case 'expired':
      return 'expired';
  }
}

export const usedText = ({ lastUsed, timesUsed }: SecretInfo, now: number): string =>
  lastUsed === null ? 'never used' : `used ${timesUsed}×, last ${duration(now - lastUsed.at)} ago`;
