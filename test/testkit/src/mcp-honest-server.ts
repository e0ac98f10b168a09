// The honest server as a process: `node mcp-honest-server.ts ERA OPTIONS-AS-JSON`, spoken to over its standard streams.
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { type HonestOptions, honestServer } from './mcp-honest.ts';

const [, , era = 'both', options = '{}'] = process.argv;
const given = JSON.parse(options) as HonestOptions;
if (era === 'legacy') await honestServer(given).connect(new StdioServerTransport());
else serveStdio(() => honestServer(given), { legacy: era === 'modern' ? 'reject' : 'serve' });
process.stderr.write(`honest server ready (${era})\n`);
