// What no Critical and no Strict rule may catch: the work of an ordinary day. A rule that asks about it each time teaches
// people to say yes without reading, and then no rule is left.
import { type Facts, type JsonObject, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { analyse, decide } from '../src/index.ts';
import { call, FACTS, NOW, shippedPolicy } from './fixtures.ts';

const shipped = shippedPolicy();

/** What there is: a project under version control, and nothing else. */
const THERE = new Map<string, 'file' | 'folder'>([
  ['', 'folder'],
  ['/.git', 'folder'],
  ['/src', 'folder'],
  ['/docs', 'folder'],
  ['/src/a.ts', 'file'],
  ['/src/b.ts', 'file'],
  ['/run.sh', 'file'],
  ['/build.log', 'file'],
  ['/package.json', 'file'],
  ['/Makefile', 'file'],
]);
const ROOT = '/home/user/project';
const PROJECT: Facts = {
  ...FACTS,
  isUndoable: (path) => path.startsWith(`${ROOT}/`),
  addressesAreBare: () => false,
  resolvePath(text, context) {
    const fact = FACTS.resolvePath(text, context);
    return { ...fact, kind: (fact.path.startsWith(ROOT) && THERE.get(fact.path.slice(ROOT.length))) || 'missing' };
  },
};

function guards(tool: string, input: JsonObject, module = 'claude-code'): readonly string[] {
  const made = call(module, tool, input);
  const effects = analyse(made, shipped, PROJECT);
  const verdict = decide({ call: made, effects, policy: shipped, session: NEW_SESSION, grants: [], now: NOW });
  return verdict.reasons.filter(({ part }) => part === 'floor').map(({ id }) => id);
}

const COMMANDS = [
  'ls -la',
  'git status',
  'git diff HEAD~1',
  'git log --oneline -20',
  'git add .',
  'git commit -m "fix: the test"',
  'git checkout -b feature',
  'git checkout main',
  'git merge feature',
  'git stash',
  'git fetch origin',
  'npm test',
  'npm run build',
  'npx --no-install tsc --noEmit',
  'node --test',
  'python3 -m pytest -q',
  'cargo test',
  'go build ./...',
  'make',
  'cat src/a.ts | head -50',
  'grep -rn "TODO" src',
  'rg --files | wc -l',
  'find . -name "*.ts" -not -path "./node_modules/*"',
  'sed -i "s/a/b/" src/a.ts',
  'echo done > notes.txt',
  'mkdir -p src/new && touch src/new/a.ts',
  'cp src/a.ts src/b.ts',
  'rm src/b.ts',
  'chmod +x run.sh',
  'tail -n 100 build.log',
  'curl -s https://example.org/data.json',
  'curl -s http://127.0.0.1:3000/health',
  'docker ps',
  'kubectl get pods',
  'terraform plan',
  'psql -c "select count(*) from users"',
  'gh pr list',
  'ps aux',
  'df -h',
  'which node',
  'echo "rm -rf /" ',
  'grep -rn "git push --force" docs',
];

verifies(['G-C02', 'G-C03', 'G-C05', 'G-C06'], 'no rule asks about ordinary work each time', () => {
  const asked = COMMANDS.flatMap((command) => {
    const ids = guards('Bash', { command, description: 'x' });
    return ids.length === 0 ? [] : [`${command}: ${ids.join(' ')}`];
  });
  expect(COMMANDS.length).toBeGreaterThan(40);
  expect(asked).toEqual([]);
  const tools: readonly (readonly [string, JsonObject, string?])[] = [
    ['Read', { file_path: 'src/a.ts' }],
    ['Write', { file_path: 'src/new.ts', content: 'x' }],
    ['Edit', { file_path: 'src/a.ts', old_string: 'a', new_string: 'b' }],
    ['Write', { file_path: '.env', content: 'PORT=3000' }],
    ['Write', { file_path: '.gitignore', content: 'dist' }],
    ['Write', { file_path: 'CLAUDE.md', content: 'x' }],
    ['WebFetch', { url: 'https://example.org/', prompt: 'x' }],
    ['WebSearch', { query: 'x' }],
    ['TodoWrite', { todos: [] }],
    ['Agent', { description: 'x', prompt: 'Only look.' }],
    ['search', { query: 'invoice' }, 'mail'],
    ['read', { id: '1' }, 'mail'],
    ['git_commit', { repo_path: '.', message: 'x' }, 'git'],
  ];
  for (const [tool, input, module] of tools) expect(guards(tool, input, module), tool).toEqual([]);
});
