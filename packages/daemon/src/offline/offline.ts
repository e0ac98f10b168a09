// What the daemon's program does without being one: looks into a copy, puts one back, makes a database again. It is asked on its
// input and answers one line, so that the command that started it needs to know nothing of how a state is kept.
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type OfflineAnswer, type OfflineRequest, parseOfflineRequest } from '@castellan/contract';
import { CopyFault, CopyReader, keyFinder, restore, told, verifyCopy } from '../backups/index.ts';
import { systemClock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import { startErrorOf } from '../start-error.ts';
import { SCHEMA_VERSION } from '../store/index.ts';
import { recoverDatabase, stepFor } from '../upgrades/index.ts';

export interface OfflineHost {
  readonly exits: Exits;
  readonly version: string;
}

const LONGEST = 64 * 1024;

async function done(asked: OfflineRequest, { exits, version }: OfflineHost): Promise<OfflineAnswer> {
  switch (asked.task) {
    case 'verify-copy': {
      await using reader = await CopyReader.open(asked.file, keyFinder(asked.passphrase, asked.home));
      return await verifyCopy(reader);
    }
    case 'restore': {
      const { file, home, replace, passphrase } = asked;
      return restore({
        file,
        home,
        replace,
        clock: systemClock(),
        keyOf: keyFinder(passphrase, home),
        assertKnown: (state) => void stepFor(state, { format: SCHEMA_VERSION, version }),
      });
    }
    case 'recover-database':
      return recoverDatabase({ home: asked.home, exits, version });
  }
}

function refusal(error: unknown, home: string): OfflineAnswer {
  const known = error instanceof CopyFault ? error : startErrorOf(error, home);
  if (known !== null)
    return { kind: 'refused', message: known.message, hints: [...known.hints], exitCode: known.exitCode };
  return { kind: 'refused', ...told(error), hints: [], exitCode: 1 };
}

/** Reads the request from `input`. Never throws: whatever happens is an answer. */
export async function runOffline(input: NodeJS.ReadStream, host: OfflineHost): Promise<OfflineAnswer> {
  let home = '';
  try {
    const given = await text(input);
    const asked = parseOfflineRequest(given.length > LONGEST ? null : JSON.parse(given));
    if (!asked.ok) return { kind: 'refused', message: 'what was asked is none of its tasks', hints: [], exitCode: 64 };
    // `/x/state/` is `/x/state`: what lies beside it takes its name from it.
    home = resolve(asked.value.home);
    return await done({ ...asked.value, home }, host);
  } catch (error) {
    return refusal(error, home);
  }
}
