// Two commands that are a table but for one thing: what is asked for decides whether it is a secret, and whether keys do more
// than scroll. Sources: the manual pages of GNU coreutils and procps.
import { addExecute, type Invocation } from '../invocation.ts';
import { addUnknown } from '../run.ts';
import { bothWays, type Flow } from '../state.ts';
import { addAs } from './add.ts';
import { printsEnvironment } from './launchers.ts';
import { readArguments } from './spec.ts';

const SECRET = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|COOKIE|SESSION/i;

export function walkPrintenv(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const names = args.map((word) => (word.kind === 'text' ? word.text : undefined)).filter((text) => text !== '-0');
  if (names.length === 0) printsEnvironment(invocation);
  else if (names.every((text) => text !== undefined && /^[A-Za-z_]\w*$/.test(text))) {
    addExecute(run, name, span);
    for (const each of names)
      if (each !== undefined && SECRET.test(each))
        addAs(run, { kind: 'read', target: `$${each}`, targetKind: 'text', span }, 'credentials');
  } else addUnknown(run, name, span, '`printenv`: names that are not known');
  return bothWays(state);
}

/** Only `-b`, `-n` and macOS’s `-l` end by themselves; otherwise a key press sends signals. */
export function walkTop(invocation: Invocation): Flow {
  const { run, name, args, span, state } = invocation;
  const options = '-b -c -i -H -S -1 -w? -n= -d= -p= -u= -U= -o= -O= -l= -s= -e -E= -stats= -R -F';
  const read = readArguments({ options, operands: 'none' }, args);
  const batch =
    !('unknown' in read) && read.operands.length === 0 && ['-b', '-l', '-n'].some((option) => read.seen.has(option));
  if (batch) addExecute(run, name, span);
  else addUnknown(run, name, span, '`top` without `-b` or `-n` waits for keys, which can end processes');
  return bothWays(state);
}
