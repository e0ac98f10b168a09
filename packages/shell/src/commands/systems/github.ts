// `gh api`: what it does depends on the method, which comes from an option or from there being fields to send.
import { addExecute, type Invocation } from '../../invocation.ts';
import { addUnknown } from '../../run.ts';
import { bothWays } from '../../state.ts';
import type { Handler } from '../handler.ts';
import { addDoes } from './does.ts';
import { optionsOf, readAll } from './options.ts';
import type { Tool } from './table.ts';
import { walkTool } from './tool.ts';

const OPTIONS =
  '-X= -f= -F= -H= -q= -t= -i -p= --method= --raw-field= --field= --header= --jq= --template= --include --paginate --slurp --silent --verbose --cache= --hostname= --preview= --input<';

export const walkGitHub =
  (tool: Tool): Handler =>
  (invocation: Invocation) => {
    const { run, name, args, span, state } = invocation;
    const [first] = args;
    if (first?.kind !== 'text' || first.text !== 'api') return walkTool(tool, invocation);
    const read = readAll(optionsOf(OPTIONS), args.slice(1));
    addExecute(run, name, span);
    for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`gh api\`: ${note}`);
    const last = (options: string) => read.seen.findLast(({ option }) => options.split(' ').includes(option));
    const named = last('-X --method')?.value;
    const [endpoint] = read.operands;
    const query = endpoint?.kind === 'text' && endpoint.text === 'graphql';
    const fields = last('-f -F --raw-field --field --input') !== undefined;
    const asked =
      named?.kind === 'text' ? named.text.toUpperCase() : named === undefined ? (fields ? 'POST' : 'GET') : '?';
    const words = { invocation, state, path: 'api', operands: read.operands, seen: read.seen };
    const host = last('--hostname') === undefined ? 'api.github.com' : '{--hostname}';
    addDoes(`connect ${host}`, words);
    // A field `@file` sends the file.
    for (const { option, value } of read.seen)
      if ((option === '-F' || option === '--field') && value?.kind === 'text' && /=@./.test(value.text))
        addDoes(`read @${value.text.slice(value.text.indexOf('=@') + 2).replace(/[{};]/g, '?')}`, words);
    const asks = read.seen.some(({ value }) => value?.kind === 'text' && /^query=\s*(?:query\b|\{)/.test(value.text));
    if (asked === 'GET' || asked === 'HEAD' || (query && asks && read.untold.length === 0)) return bothWays(state);
    if (asked === 'DELETE') addDoes('delete cloud {*}', words);
    addDoes(`send api ${host}`, words);
    if (asked !== 'POST') addDoes('delete? cloud {*}', words);
    return bothWays(state);
  };
