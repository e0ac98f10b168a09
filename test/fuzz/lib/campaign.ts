// A fuzzing run: programs in batches, each analysed before it runs, until the time is up or the programs are done.
import { join } from 'node:path';
import type { Effect } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { createPrograms, type Programs } from './programs.ts';
import { analyseIn, findMiss, isTold, type Miss } from './property.ts';
import { createRandom } from './random.ts';
import { runPrograms, stage } from './run-bash.ts';
import { type Check, shrink } from './shrink.ts';

export interface CampaignResult {
  readonly programs: number;
  readonly executed: number;
  readonly misses: readonly Miss[];
}

export interface CampaignOptions {
  readonly seed: number;
  readonly programs: number;
  /** Asked after each batch. */
  readonly isOver?: () => boolean;
  readonly shrinking?: boolean;
  readonly onMiss?: (miss: Miss) => void;
}

const BATCH = 200;

/**
 * Where something could not be told nothing can be missed, so such programs are made and left: what is run is what the
 * analysis claims to have understood.
 */
function worthRunning(programs: Programs, base: string, count: number): readonly string[] {
  const cwd = join(base, 'trial', 'w');
  const home = join(base, 'trial', 'home');
  stage(join(base, 'trial'), '');
  const texts: string[] = [];
  for (let tries = 0; texts.length < count && tries < count * 200; tries += 1) {
    const whole = programs.program();
    const text = tries % 2 === 0 ? whole : programs.mutated(whole);
    // Long ones are rare, and say more.
    if (text.length > 15 + (tries % 30) && isTold(analyseIn(text, cwd, home))) texts.push(text);
  }
  return texts;
}

export function runCampaign(options: CampaignOptions): CampaignResult {
  const base = tempFolder('castellan-fuzz-');
  const random = createRandom(options.seed);
  const programs = createPrograms(random);
  let done = 0;
  let executed = 0;
  const misses: Miss[] = [];
  const batch = (texts: readonly string[]): readonly (Miss | null)[] => {
    const analysed = new Map<string, readonly Effect[]>();
    const ran = runPrograms(base, texts, (program, cwd, home) => analysed.set(cwd, analyseIn(program, cwd, home)));
    return ran.map((each) => {
      const effects = analysed.get(each.cwd) ?? [];
      executed += each.calls.length;
      return findMiss(each, effects);
    });
  };
  const check: Check = batch;
  while (done < options.programs && options.isOver?.() !== true) {
    const texts = worthRunning(programs, base, Math.min(BATCH, options.programs - done));
    const found = batch(texts).filter((miss) => miss !== null);
    done += texts.length;
    for (const miss of found.slice(0, 3)) {
      const small = options.shrinking === false ? miss : shrink(miss, check);
      misses.push(small);
      options.onMiss?.(small);
    }
  }
  return { programs: done, executed, misses };
}
