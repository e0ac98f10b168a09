// What the daemon knows of the things a script asks for, so that a person need not look it up: gathered once, read by the words.
import type { SecretInfo } from '@castellan/contract';
import { hostPlace } from '@castellan/gateway';
import { isDenied, type Policy, toolOf } from '@castellan/policy';

export interface ToolFact {
  /** What it does, for a person; the name where nobody said. */
  readonly label: string;
  readonly is: 'safe' | 'critical' | 'by-effects' | 'unclassified' | 'denied' | 'unknown';
}
export interface SecretFact {
  readonly exists: boolean;
  /** Hosts it may go to; empty: none. */
  readonly hosts: readonly string[];
  /** Whether the vault gives it out for this script. */
  readonly allowed: boolean;
}

/** Pure questions. */
export interface Known {
  tool(name: string): ToolFact;
  secret(name: string, script: string): SecretFact;
  /** Where a declared host lies, by its name alone. */
  place(host: string): 'local' | 'cloud' | 'metadata';
  /** Whether a text is shown as it is. */
  shown(text: string): boolean;
}

const NONE: SecretFact = { exists: false, hosts: [], allowed: false };

function secretFact({ uses, canary, owner, due }: SecretInfo, script: string): SecretFact {
  const scripts = uses.filter(({ kind }) => kind === 'script');
  const listed = scripts.length === 0 || scripts.some(({ name }) => name === script);
  const hosts = uses.filter(({ kind }) => kind === 'host').map(({ name }) => name);
  return { exists: true, hosts, allowed: listed && !canary && owner === undefined && due !== 'expired' };
}

export function knownFrom(policy: Policy, secrets: readonly SecretInfo[], shown: Known['shown']): Known {
  return {
    shown,
    tool(name) {
      const [module = '', tool = ''] = name.split('/');
      const info = toolOf(policy, module, tool);
      if (isDenied(policy, info)) return { label: info.label, is: 'denied' };
      return { label: info.label, is: info.module === null ? 'unknown' : info.class };
    },
    secret(name, script) {
      const found = secrets.find((secret) => secret.name === name);
      return found === undefined ? NONE : secretFact(found, script);
    },
    place: (host) => hostPlace(host.replace(/^\*\./, '').replace(/:\d+$/, '')),
  };
}
