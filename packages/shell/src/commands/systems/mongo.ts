// mongosh: its programs are JavaScript, of which only plain questions are told.
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath } from '../../paths.ts';
import { add, addUnknown, shorten } from '../../run.ts';
import { bothWays, type Flow } from '../../state.ts';
import { addDoes } from './does.ts';
import { optionsOf, readAll } from './options.ts';

const OPTIONS =
  '-u= -p= --eval= --file= -f= --host= --port= --username= --password= --authenticationDatabase= --quiet --json? --norc --nodb --tls --ssl --shell --retryWrites --version --apiVersion= --db=';
const ASKS =
  /^\s*(?:(?:print|printjson|JSON\.stringify|EJSON\.stringify)\()?(?:db(?:\.getSiblingDB\(['"][\w-]+['"]\))?(?:\.\w+|\.getCollection\(['"][\w.-]+['"]\)|\[['"][\w.-]+['"]\])*\.(?:find|findOne|count|countDocuments|estimatedDocumentCount|distinct|stats|getCollectionNames|getCollectionInfos|getIndexes|getName|getMongo|serverStatus|version|hostInfo|isMaster|hello|dataSize|storageSize|totalSize)\([^()]*\)(?:\.(?:pretty|limit|sort|toArray|count|skip|size|itcount|explain|projection|hasNext)\([^()]*\))*|show (?:dbs|databases|collections|tables|users|roles|profile)|rs\.(?:status|conf)\(\)|db\.adminCommand\(\{\s*(?:ping|listDatabases|serverStatus|buildInfo)\s*:\s*1\s*\}\))\)?\s*;?\s*$/;
const DESTROYS =
  /\b(?:drop\w*|delete\w*|remove\w*|findOneAndDelete|renameCollection|\$out|\$merge|bulkWrite|shutdownServer|kill\w*)\b/i;

export function walkMongo(invocation: Invocation): Flow {
  const { run, name, args, span, state, stdin } = invocation;
  const read = readAll(optionsOf(OPTIONS), args);
  const has = (options: string) => read.seen.filter(({ option }) => options.split(' ').includes(option));
  addExecute(run, name, span);
  for (const { word, note } of read.untold) addUnknown(run, name, word.span, `\`${name}\`: ${note}`);
  const words = { invocation, state, path: '', operands: read.operands, seen: read.seen };
  if (has('--version').length > 0) return bothWays(state);
  addDoes('connect? {0}', words);
  for (const { value } of has('--host')) if (value?.kind === 'text') addDoes('connect {--host}', words);
  const texts = has('--eval').flatMap(({ value }) => value ?? []);
  const files = [
    ...has('-f --file').flatMap(({ value }) => value ?? []),
    ...read.operands.filter((word) => word.kind === 'text' && /\.js$/.test(word.text)),
  ];
  for (const file of files) addPath(run, 'read', file, state);
  if (stdin.kind === 'text') texts.push({ kind: 'text', text: stdin.text, span });
  const asks = texts.length > 0 && files.length === 0 && stdin.kind !== 'unknown';
  if (
    asks &&
    texts.every(
      (text) =>
        text.kind === 'text' && ASKS.test(text.text) && !/\$where|\$function|\$accumulator|=>|function/.test(text.text),
    )
  ) {
    add(run, { kind: 'read', target: 'database', targetKind: 'text', resource: 'database', span });
    return bothWays(state);
  }
  const shown = texts.map((text) => (text.kind === 'text' ? text.text : '…')).join(' ');
  add(run, {
    kind: 'execute',
    target: shorten(shown || name),
    targetKind: 'command',
    certainty: 'unknown',
    resource: 'inline-code',
    span,
  });
  const certainty = DESTROYS.test(shown) ? 'certain' : 'possible';
  add(run, {
    kind: 'delete',
    target: 'database',
    targetKind: 'text',
    certainty,
    resource: 'database',
    span,
    note: shorten(shown),
  });
  return bothWays(state);
}
