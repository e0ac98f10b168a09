// Which form of the hook client a connection uses: the native one, for nothing of the surroundings is loaded into it, else the
// fastest of those that do here what they must. RULE: one that ends with exit 0 where it may not is none, however fast it is;
// none at all is a fault, and nothing is connected.
import { execPath } from 'node:process';
import { type Done, done, undone } from '../fault.ts';
import type { Command, Machine } from '../machine.ts';
import { type Candidate, candidates } from './candidates.ts';
import { runCandidate } from './launch-candidate.ts';
import { CUT, NO, type StandIn, standIn, YES } from './stand-in.ts';

/** Each is timed so often, and counts with its best: what slows one down is somebody else's load. */
const ROUNDS = 5;

interface Tried extends Candidate {
  /** Milliseconds of an allowed event; null: it does not do what it must. */
  readonly ms: number | null;
}

async function isSound(command: Command, { file, away }: StandIn): Promise<boolean> {
  const yes = await runCandidate(command, file, 'yes');
  if (yes.code !== 0 || yes.stdout !== YES || yes.stderr !== '') return false;
  const no = await runCandidate(command, file, 'no');
  if (no.code !== 2 || no.stdout !== '' || no.stderr !== NO) return false;
  for (const end of [await runCandidate(command, away, 'yes'), await runCandidate(command, file, CUT)])
    if (end.code !== 2 || end.stdout !== '' || !/^castellan: .+; .+\n$/.test(end.stderr)) return false;
  return true;
}

async function fastest(command: Command, { file }: StandIn): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    await runCandidate(command, file, 'yes');
    times.push(performance.now() - begin);
  }
  return Math.min(...times);
}

/** The candidates, tried against a daemon of the test's own; a sound native one ends it. */
async function tryHookClients(list: readonly Candidate[], home: string): Promise<readonly Tried[]> {
  const daemon = await standIn(home);
  try {
    const tried: Tried[] = [];
    for (const candidate of list) {
      const sound = await isSound(candidate.command, daemon);
      // It is taken however long it takes: the others need not be tried.
      if (sound && candidate.kind === 'native') return [{ ...candidate, ms: 0 }];
      tried.push({ ...candidate, ms: sound ? await fastest(candidate.command, daemon) : null });
    }
    return tried;
  } finally {
    await daemon.close();
  }
}

/** The command of the one to use here; the file of the hook comes after its arguments. */
export async function chooseHookCommand(
  machine: Pick<Machine, 'home'>,
  list: readonly Candidate[] = candidates(execPath),
): Promise<Done<Command>> {
  let tried: readonly Tried[] = [];
  try {
    tried = await tryHookClients(list, machine.home);
  } catch {
    // No folder or no socket can be made in the state folder: none of them could be tried.
  }
  const [best] = tried
    .flatMap(({ command, ms }) => (ms === null ? [] : [{ command, ms }]))
    .toSorted((a, b) => a.ms - b.ms);
  if (best !== undefined) return done(best.command);
  return undone(
    'not-started',
    'no form of the hook client works on this machine',
    'look whether the folder of Castellan may hold programs (`mount` says `noexec`) and whether its state folder can be written',
  );
}
