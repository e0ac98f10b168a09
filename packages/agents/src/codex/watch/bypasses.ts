// The Codex processes that were started so that our hooks do not count, as a person is told of them. Linux only.
import { basename, dirname } from 'node:path';
import { processesWhere } from '../../claude-code/watch/processes.ts';
import type { Connector } from '../../connector.ts';
import { startedPast } from '../../watch/started.ts';
import { placeOfConnection } from '../settings/places.ts';
import { findCodexBypasses } from './bypass.ts';

/** The program itself; its launcher of Node only starts it. A server that answers others has sessions of its own, too. */
const isCodex = (exe: string): boolean => basename(exe.replace(/ \(deleted\)$/, '')) === 'codex';

export const codexBypasses: NonNullable<Connector['bypasses']> = async (connections, machine) => {
  const users = connections
    .filter(({ scope }) => scope === 'user')
    .map((one) => ({ agent: one.agent, home: dirname(placeOfConnection(one).named) }));
  if (users.length === 0) return [];
  return startedPast('Codex', findCodexBypasses(await processesWhere(isCodex), users, machine.home));
};
