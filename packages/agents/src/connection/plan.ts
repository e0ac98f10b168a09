// What connecting would change, before anybody says yes to it. Nothing is written and no agent is made.
import type { AgentId, ConnectMode, ConnectorName, ConnectScope, Gap } from '@castellan/contract';
import type { Connector, OwnTools } from '../connector.ts';
import { type Done, done } from '../fault.ts';
import type { PlanOptions } from './options.ts';
import { prepare } from './prepare.ts';

export interface ConnectPlan {
  readonly connector: ConnectorName;
  readonly title: string;
  /** Of the client; null: it does not say. */
  readonly version: string | null;
  readonly scope: ConnectScope;
  readonly mode: ConnectMode;
  readonly ownTools: OwnTools;
  /** The agent whose entries stand there already. */
  readonly agent: AgentId | null;
  /** Whether connecting would change any byte. */
  readonly changes: boolean;
  /** Texts to show: no credential is in them. */
  readonly files: readonly { readonly path: string; readonly before: string | null; readonly after: string }[];
  readonly warnings: readonly string[];
  /** What will stay open, announced. */
  readonly gaps: readonly Gap[];
}

/** The client, the files that would be edited and their texts before and after; or why it cannot be connected. */
export async function planConnection(connector: Connector, options: PlanOptions): Promise<Done<ConnectPlan>> {
  const prepared = await prepare(connector, options);
  if (!prepared.ok) return prepared;
  const { client, scope, mode, ownTools, standing, edits } = prepared.value;
  return done({
    ...{ connector: connector.name, title: connector.title, version: client.version, scope, mode, ownTools },
    agent: standing?.agent ?? null,
    changes: edits.files.some(({ before, after }) => before !== after),
    files: edits.files.map(({ path, before, after }) => ({
      path,
      before: before === null ? null : hidden(before),
      after: hidden(after),
    })),
    warnings: edits.warnings,
    gaps: connector.gaps(scope, mode, ownTools),
  });
}

const hidden = (text: string): string =>
  text.replaceAll(/castellan_a_[0-9a-z]+_[0-9a-f]+/g, 'castellan_a_<credential>');
