// The honest test server by HTTP as a process of its own: prints its address, then serves until it is ended.
import { startMcpHttpServer } from '@castellan/testkit';

const server = await startMcpHttpServer({ server: { only: ['echo'] } });
process.stdout.write(`${server.url}\n`);
