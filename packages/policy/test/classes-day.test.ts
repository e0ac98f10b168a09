// What an ordinary day costs: the calls of one agent on one project, decided with the shipped policy over a real repository
// that changes as the day goes on. INVARIANT: whoever makes the day dearer has to say so here.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { type Call, type Facts, type Grant, type JsonObject, NEW_SESSION, type Verdict } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import { afterAll, expect } from 'vitest';
import { analyse, decide, taskGrant } from '../src/index.ts';
import { call, NOW, shippedPolicy } from './fixtures.ts';

const root = realpathSync(mkdtempSync(`${tmpdir()}/castellan-day-`));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const repo = `${root}/home/shop`;

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "shop", "scripts": { "test": "vitest run", "build": "tsc -b" } }\n',
  'package-lock.json': '{}\n',
  'tsconfig.json': '{}\n',
  '.gitignore': 'node_modules\ndist\n.env\n',
  '.env.example': 'DATABASE_URL=\n',
  'README.md': '# Shop\n',
  'CHANGELOG.md': '# Changes\n',
  Dockerfile: 'FROM node:24\n',
  'docs/api.md': '# API\n',
  'scripts/seed.sh': 'echo seed\n',
  'src/index.ts': 'export {};\n',
  'src/server.ts': 'export {};\n',
  'src/cart/cart.ts': 'export const total = 0;\n',
  'src/cart/discount.ts': 'export const discount = 0;\n',
  'src/cart/types.ts': 'export type Item = string;\n',
  'src/orders/orders.ts': 'export {};\n',
  'src/db/schema.sql': 'create table orders (id int);\n',
  'test/cart.test.ts': 'test;\n',
  'test/orders.test.ts': 'test;\n',
  '.github/workflows/ci.yml': 'on: push\n',
};

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
    cwd: repo,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: `${root}/home`, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
function put(path: string, text: string): void {
  mkdirSync(dirname(`${repo}/${path}`), { recursive: true });
  writeFileSync(`${repo}/${path}`, text);
}

for (const [path, text] of Object.entries(FILES)) put(path, text);
git('init', '-q', '-b', 'main');
git('remote', 'add', 'origin', 'https://git.example/shop.git');
git('add', '.');
git('commit', '-qm', 'start');
put('.env', 'DATABASE_URL=x\n');
put('node_modules/left/package.json', '{ "name": "left" }\n');
mkdirSync(`${root}/home/.config/castellan`, { recursive: true });
mkdirSync(`${root}/home/.ssh`, { recursive: true });
mkdirSync(`${root}/home/other/src`, { recursive: true });
writeFileSync(`${root}/home/other/src/a.ts`, '');

const facts: Facts = createFacts({
  home: `${root}/home`,
  stateFolder: `${root}/home/.config/castellan`,
  tempFolders: [`${root}/tmp`],
});

type Step = readonly [tool: string, args: JsonObject];
const sh = (command: string): Step => ['Bash', { command }];
const read = (file_path: string): Step => ['Read', { file_path }];
const grep = (pattern: string, path?: string): Step => ['Grep', path === undefined ? { pattern } : { pattern, path }];
const glob = (pattern: string): Step => ['Glob', { pattern }];
const edit = (file_path: string, old_string = 'a', new_string = 'b'): Step => [
  'Edit',
  { file_path, old_string, new_string },
];
const write = (file_path: string): Step => ['Write', { file_path, content: 'text\n' }];
const fetchPage = (url: string): Step => ['WebFetch', { url, prompt: 'what does it say' }];
const todo: Step = ['TodoWrite', { todos: [{ content: 'x', status: 'pending' }] }];

const DAY: readonly Step[] = [
  // Finding the way.
  sh('pwd && ls -la'),
  sh('git status'),
  sh('git log --oneline -10'),
  sh('git branch -a'),
  read('README.md'),
  read('package.json'),
  glob('src/**/*.ts'),
  glob('test/*.test.ts'),
  grep('discount'),
  grep('TODO', 'src'),
  todo,
  read('src/cart/cart.ts'),
  read('src/cart/discount.ts'),
  read('src/cart/types.ts'),
  read('test/cart.test.ts'),
  sh('cat src/index.ts src/server.ts'),
  sh('head -50 src/orders/orders.ts'),
  sh('wc -l src/**/*.ts'),
  sh('find . -name "*.ts" -not -path "./node_modules/*" | head -30'),
  sh('grep -rn "total" src --include=*.ts'),
  sh('rg -n "discount" src test'),
  sh('tree -L 2 src'),
  sh('ls node_modules | head'),
  sh('cat node_modules/left/package.json'),
  sh('which node && node --version'),
  sh('npm --version'),
  sh('git diff HEAD~1 --stat'),
  sh('git show HEAD --stat'),
  // A feature.
  edit('src/cart/discount.ts'),
  edit('src/cart/cart.ts'),
  edit('src/cart/cart.ts', 'b', 'c'),
  write('src/cart/coupon.ts'),
  edit('src/cart/coupon.ts', 'text', 'export const coupon = 1;'),
  write('test/coupon.test.ts'),
  sh('npm test'),
  sh('npx vitest run test/coupon.test.ts'),
  edit('src/cart/coupon.ts', '1', '2'),
  sh('npm test'),
  sh('npx tsc --noEmit'),
  sh('npm run build'),
  sh('git diff'),
  sh('git diff src/cart/cart.ts | head -40'),
  todo,
  ['MultiEdit', { file_path: 'src/cart/types.ts', edits: [{ old_string: 'string', new_string: 'number' }] }],
  sh('npm run lint 2>&1 | tail -20'),
  sh('git add -A && git status --short'),
  sh('git commit -m "Coupons"'),
  sh('git log -3 --stat'),
  // A bug.
  grep('orders', 'src/orders'),
  read('src/orders/orders.ts'),
  read('test/orders.test.ts'),
  read('src/db/schema.sql'),
  sh('git log -p -2 -- src/orders/orders.ts'),
  sh('git blame src/orders/orders.ts | head'),
  edit('src/orders/orders.ts'),
  sh('npm test -- test/orders.test.ts'),
  edit('test/orders.test.ts', 'test', 'test2'),
  sh('npm test -- test/orders.test.ts 2>&1 | tail -30'),
  sh('sed -n 1,40p src/orders/orders.ts'),
  sh('git stash && npm test; git stash pop'),
  sh('git checkout -b fix/orders'),
  sh('git add src/orders test/orders.test.ts'),
  sh('git commit -m "Fix the order of orders"'),
  sh('git push -u origin fix/orders'),
  sh('gh pr create --title "Fix the order of orders" --body "See the test."'),
  // A dependency, and a look outside.
  ['WebSearch', { query: 'date-fns parse ISO date' }],
  fetchPage('https://date-fns.example/docs/parseISO'),
  fetchPage('https://date-fns.example/docs/format'),
  sh('npm view date-fns version'),
  sh('npm install date-fns'),
  sh('npm ls date-fns'),
  edit('src/orders/orders.ts', 'b', 'import'),
  sh('npm test'),
  sh('git diff package.json'),
  sh('git add -A && git commit -m "Dates of orders"'),
  sh('git push'),
  // Documents and settings.
  edit('README.md', 'Shop', 'The shop'),
  edit('docs/api.md', 'API', 'The API'),
  write('docs/coupons.md'),
  edit('CHANGELOG.md', 'Changes', 'All changes'),
  sh('mkdir -p docs/images'),
  sh('mv docs/coupons.md docs/coupon.md'),
  sh('cp docs/api.md docs/api-v2.md'),
  edit('.github/workflows/ci.yml', 'push', 'pull_request'),
  edit('tsconfig.json', '{}', '{ "strict": true }'),
  sh('cat .env.example'),
  sh('cat .env'),
  sh('echo "PORT=3000" >> .env.example'),
  sh('rm docs/api-v2.md'),
  sh('rm -rf dist'),
  // Running it.
  sh('npm run dev &'),
  sh('curl -s localhost:3000/health'),
  sh('curl -s http://localhost:3000/orders | jq .'),
  sh('lsof -i :3000'),
  sh('ps aux | grep node'),
  sh('kill %1'),
  sh('docker ps'),
  sh('docker build -t shop .'),
  sh('bash scripts/seed.sh'),
  sh('sqlite3 dev.db "select count(*) from orders"'),
  sh('node -e "console.log(process.version)"'),
  sh('python3 scripts/report.py'),
  ['BashOutput', { bash_id: '1' }],
  ['KillShell', { shell_id: '1' }],
  // Small things.
  sh('date'),
  sh('echo done'),
  sh('cat ../other/src/a.ts'),
  read('../other/src/a.ts'),
  sh('ls ~'),
  sh('ls -la ~/.ssh'),
  sh('du -sh node_modules'),
  sh('df -h .'),
  sh('env | grep NODE'),
  sh('cat /etc/os-release'),
  sh('sort src/cart/types.ts | uniq -c'),
  sh('diff src/cart/cart.ts src/cart/coupon.ts'),
  sh('for f in src/cart/*.ts; do wc -l "$f"; done'),
  sh('jq .name package.json'),
  sh('cd src && ls && cd ..'),
  sh('git fetch origin'),
  sh('git pull --rebase'),
  sh('git tag'),
  sh('git switch main'),
  sh('git merge fix/orders'),
  write('src/notes.ts'),
  write('src/cart/cart.ts'),
  todo,
  ['Task', { description: 'look for dead code', prompt: 'x' }],
];

/** The world goes on as if the call had run. */
function happen([tool, args]: Step): void {
  const path = String(args.file_path ?? '').replace(`${repo}/`, '');
  if (tool === 'Write') put(path, `${args.content}`);
  if ((tool === 'Edit' || tool === 'MultiEdit') && existsSync(`${repo}/${path}`))
    appendFileSync(`${repo}/${path}`, 'x\n');
  const command = String(args.command ?? '');
  if (/git commit/.test(command)) {
    git('add', '-A');
    git('commit', '-qm', 'x', '--allow-empty');
  }
}

interface Asked {
  readonly step: string;
  readonly why: string;
}

function day(withGrants: boolean): readonly Asked[] {
  const policy = shippedPolicy();
  const asked: Asked[] = [];
  const grants: Grant[] = [];
  for (const [index, step] of DAY.entries()) {
    const [tool, args] = step;
    const at = { cwd: repo, workspace: repo } satisfies Partial<Call>;
    const one = call('claude-code', tool, args, at);
    const effects = analyse(one, policy, facts);
    const verdict = decide({
      call: one,
      effects,
      policy,
      session: { ...NEW_SESSION, interactive: true },
      grants,
      now: NOW,
    });
    if (verdict.outcome !== 'allow') {
      asked.push({ step: `${tool} ${Object.values(args)[0] ?? ''}`.slice(0, 70), why: whyOf(verdict, effects) });
      const offered = withGrants ? taskGrant(one, effects, verdict, policy) : null;
      if (offered !== null) {
        const { uses, minutes, ...rest } = offered.grant;
        const ends = NOW + minutes * 60_000;
        grants.push({
          ...rest,
          id: `grant_${index}`,
          usesLeft: uses,
          createdAt: NOW,
          expiresAt: ends,
          revokedAt: null,
          createdBy: 'person:local',
          text: offered.text,
        });
      }
    }
    happen(step);
  }
  return asked;
}

function whyOf({ reasons }: Verdict, effects: ReturnType<typeof analyse>): string {
  const [first] = reasons;
  if (first?.source !== 'preset') return `${first?.outcome} ${first?.source} ${first?.id}`;
  const untold = effects.find(({ kind, certainty }) => kind === 'unknown' || certainty !== 'certain');
  const worst = untold ?? effects.find(({ kind }) => kind !== 'execute' && kind !== 'read') ?? effects[0];
  return `${worst?.kind} ${worst?.resource ?? worst?.place} ${worst?.certainty}`;
}

const table = (asked: readonly Asked[]): string => {
  const why = new Map<string, string[]>();
  for (const { step, why: reason } of asked) why.set(reason, [...(why.get(reason) ?? []), step]);
  return [...why]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, steps]) => `  ${String(steps.length).padStart(3)} ${reason}: ${steps.join(' · ')}`)
    .join('\n');
};

verifies(['P4'], 'an ordinary day asks seldom', () => {
  const plain = day(false);
  const granted = day(true);
  process.stderr.write(
    `a day of ${DAY.length} calls: ${plain.length} asked, ${granted.length} with a yes for the task\n`,
  );
  process.stderr.write(`${table(granted)}\n`);
  expect(DAY.length).toBeGreaterThanOrEqual(120);
  expect(granted.length).toBeLessThanOrEqual(plain.length);
  expect(plain.length / DAY.length).toBeLessThan(0.29);
  expect(granted.length / DAY.length).toBeLessThan(0.27);
});
