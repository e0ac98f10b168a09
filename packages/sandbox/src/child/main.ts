// The child's program: it says that it is ready, is given one thing to do, does it, and waits to be killed. It reads nothing but its pipe.
import { inspect } from '../inspect/inspect.ts';
import { parentChannel as channel } from './channel.ts';
import { execute } from './execute.ts';
import type { Task } from './task.ts';
import { warmUp } from './warm-up.ts';

if (process.argv.includes('warm')) warmUp();
channel.say({ kind: 'ready' });
const task = channel.hear() as Task | undefined;
if (task !== undefined) {
  channel.say(task.kind === 'run' ? execute(task, channel) : { kind: 'inspection', inspection: inspect(task.source) });
  channel.hear();
}
process.exit(0);
