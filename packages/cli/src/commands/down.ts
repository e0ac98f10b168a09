// `castellan down`: stops the daemon gracefully and waits until it is gone. For a person: without the daemon nothing is
// asked any more, so an agent must not be able to stop it through here.
import { readDaemonState } from '@castellan/client';
import { connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { stateFolder } from '../world.ts';

export async function down(context: Context, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'down');
  if (refused !== undefined) return refused;
  const home = stateFolder(world);
  const before = readDaemonState(home);
  if (!before.ok && (before.fault.kind === 'not-running' || before.fault.kind === 'stale')) {
    if (options.json) out.json({ running: false, stopped: false });
    else out.line('the daemon is not running');
    return EXIT.done;
  }
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.stop();
  if (!answer.ok) {
    // Before set-up it answers nothing, to nobody; its owner can still end the process that has just said so.
    if (answer.error.kind !== 'api' || answer.error.error.error !== 'setup_required') return tell(out, answer.error);
    process.kill(connection.state.pid, 'SIGTERM');
  }
  for (let waited = 0; waited < 10_000; waited += 50) {
    const found = readDaemonState(home);
    if (!found.ok && (found.fault.kind === 'not-running' || found.fault.kind === 'stale')) {
      if (options.json) out.json({ running: false, stopped: true });
      else out.line('castellan has stopped; connected agents are refused until it runs again');
      return EXIT.done;
    }
    await world.clock.pause(50);
  }
  return out.error(`the daemon (pid ${connection.state.pid}) did not stop within 10 s`, [
    `its log is ${home}/daemon/daemon.log`,
  ]);
}
