// Who a server is, and what it says of itself to a model, against what was accepted. Another identity is another server: its
// caller uses nothing of it.
import type { Difference, ServerIdentity } from '@castellan/contract';
import { lineDiff } from './line-diff.ts';
import { textLines } from './pretty.ts';

/** What a lock and a running server have in common. */
export interface ServerSaid {
  readonly identity: ServerIdentity;
  /** Its version may change as it likes: what it offers is compared. */
  readonly server: { readonly name: string };
  readonly instructions: string | null;
}

/** Differences of kind `identity` and `instructions`; empty: it is who it was, and says the same. */
export function compareServer(accepted: ServerSaid, seen: ServerSaid): readonly Difference[] {
  const differences: Difference[] = [];
  const before = identityLines(accepted);
  const now = identityLines(seen);
  if (before.join('\n') !== now.join('\n'))
    differences.push({
      change: 'identity',
      definition: null,
      name: seen.server.name,
      text: identityText(accepted, seen),
      lines: [...lineDiff(before, now)],
    });
  if (accepted.instructions !== seen.instructions)
    differences.push({
      change: 'instructions',
      definition: null,
      name: seen.server.name,
      text: 'what the server tells a model about itself is not what was accepted',
      lines: [...lineDiff(linesOf(accepted.instructions), linesOf(seen.instructions))],
    });
  return differences;
}

const linesOf = (text: string | null): readonly string[] => (text === null ? [] : textLines(text));

function identityLines({ identity, server }: ServerSaid): readonly string[] {
  const name = `name: ${server.name}`;
  switch (identity.kind) {
    case 'process':
      return [`program: ${identity.command}`, `digest: ${identity.digest}`, name];
    case 'http':
      return [
        `address: ${identity.origin}`,
        `key of its certificate: ${identity.key ?? 'none'}`,
        ...(identity.signInHosts ?? []).map((host) => `may sign in at: ${host}`),
        name,
      ];
  }
}

function identityText(accepted: ServerSaid, seen: ServerSaid): string {
  const { identity: was } = accepted;
  const { identity: is } = seen;
  if (was.kind === 'process' && is.kind === 'process') {
    if (was.command !== is.command) return `another program is started than was accepted: \`${is.command}\``;
    if (was.digest !== is.digest) return 'the program or its arguments are not those that were accepted';
  }
  if (was.kind === 'http' && is.kind === 'http') {
    if (was.origin !== is.origin) return `another address is reached than was accepted: \`${is.origin}\``;
    if (was.key !== is.key) return 'the certificate has another key than was accepted';
    if ((was.signInHosts ?? []).join() !== (is.signInHosts ?? []).join())
      return 'its manifest names other hosts to sign in at than were accepted';
  }
  return was.kind === is.kind
    ? `the server calls itself \`${seen.server.name}\`, and was accepted as \`${accepted.server.name}\``
    : 'it is reached in another way than was accepted';
}
