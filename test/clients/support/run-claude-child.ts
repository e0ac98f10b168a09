// `castellan run claude-code -- ARGS` without the command line around it: a process of its own, so that a test can wrap it.
import { runClaude } from '@castellan/agents';
import { createClient, readDaemonState, socketTransport } from '@castellan/client';

const home = process.env.CASTELLAN_HOME ?? '';
const found = readDaemonState(home);
if (!found.ok) throw new Error(found.fault.message);
const { socket, token, port } = found.state;
const client = createClient({ transport: socketTransport({ socketPath: socket, token }) });
const { env } = process;
const ended = await runClaude({ home, cwd: process.cwd(), env, args: process.argv.slice(2), client, port });
if (!ended.ok) process.stderr.write(`${ended.fault.message}\n${ended.fault.hints.join('\n')}\n`);
process.exit(ended.ok ? ended.value.code : ended.fault.code === 'weakening-flag' ? 64 : 1);
