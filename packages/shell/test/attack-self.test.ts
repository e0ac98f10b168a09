// The agent that wants another keeper: it reaches for Castellan's own files, an agent's hooks, or the command itself (C04).
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { analyse, STATE, type World } from './support/world.ts';

/** How certain it is that the command changes what keeps the agent in bounds; the worst of what was found. */
function safety(command: string, world: World = {}): string | undefined {
  const found = analyse(command, world).filter((effect) => effect.kind === 'change-safety');
  return found.some((effect) => effect.certainty === 'certain') ? 'certain' : found[0]?.certainty;
}

verifies(['G-C04'], 'writing to Castellan’s folder is seen in every spelling', () => {
  const writes = [
    'echo x > ~/.config/castellan/config.yaml',
    'cd ~/.config/castellan && echo x > config.yaml',
    'cd ~; cd .config; tee castellan/rules/a.yaml < b',
    'cp a "$HOME/.config/castellan/rules/a.yaml"',
    'd=~/.config/castellan; rm -r "$d"',
    'dd if=a of=~/.config/castellan/x',
    'echo x >> /home/u/.config/castellan/../castellan/x',
    'curl -o ~/.config/castellan/x http://example.com',
    'sort a -o/home/u/.config/castellan/x',
    'touch ~/.config/cas""tellan/x',
    "sh -c 'echo x > ~/.config/castellan/x'",
    'true || false; if x; then rm ~/.config/castellan/x; fi',
    'mv x ~/.config/castellan/modules/',
    'ln -s ~/.config/castellan l',
  ];
  for (const command of writes) expect([command, safety(command)]).not.toEqual([command, undefined]);
});

verifies(['G-C04'], 'a link into the state folder changes nothing', () => {
  const world = { links: { '/home/u/project/l': STATE } };
  expect(safety('echo x > l/config.yaml', world)).toBe('certain');
  expect(safety('cd l && echo x > config.yaml', world)).toBe('certain');
  expect(safety('cd src/../l; rm -f ledger/*', world)).toBeDefined();
});

verifies(['G-C04'], 'taking a folder above it away counts', () => {
  for (const command of [
    'rm -rf ~',
    'rm -rf ~/.config',
    'mv ~/.config /tmp/x',
    'rm -rf ~/.*',
    'chmod -R 000 ~',
    'find / -delete',
    'rm -r ~/.c*',
  ])
    expect([command, safety(command)]).toEqual([command, 'possible']);
});

test('patterns that may reach it count', () => {
  expect(safety('cat ~/.config/cast*/config.yaml')).toBe('possible');
  expect(safety('rm ~/.config/*/rules/x')).toBe('possible');
  expect(safety('cat ~/.config/[c]astellan/x')).toBe('possible');
  expect(safety('cat src/*.ts')).toBeUndefined();
});

verifies(['G-C04'], 'an agent’s hooks and settings', () => {
  for (const command of [
    'echo {} > .claude/settings.json',
    'rm ~/.claude/settings.local.json',
    'cp a .mcp.json',
    'mv .claude x',
    'tee ~/.codex/config.toml < a',
  ])
    expect([command, safety(command)]).toEqual([command, 'certain']);
  expect(safety('python3 x ~/.claude/settings.json')).toBe('possible');
  expect(safety('cat .claude/settings.json')).toBeUndefined();
});

verifies(['G-C04'], 'running Castellan itself', () => {
  const certain = [
    'castellan approve approval_1',
    'castellan --json grants add x',
    '/usr/local/bin/castellan policy set',
    './castellan.mjs approve x',
    'castellan thaw',
    'castellan resume',
    // A state of the agent's own making, put in place of this one without asking any daemon.
    'castellan restore /tmp/mine.copy --replace --yes --passphrase-file /tmp/p',
    'nohup castellan recover-database --yes',
    'castellan recover close',
    'castellan backup --out /tmp/x.copy',
    'castellan undo call_x --yes',
    'castellan system uninstall',
    'castellan alarms seen',
    'castellan login --name mia --password-stdin',
    'npx castellan setup --non-interactive --name mia',
    'castellan logout',
    'npx castellan approve x',
    'npx -y castellan@0.1.0 down',
    'node packages/cli/bin/castellan.mjs secrets list',
    'cast""ellan approve x',
    'c=castellan; $c approve x',
    "bash -c 'castellan approve x'",
    'true && castellan connect codex',
    'echo castellan approve x | sh',
    'f() { castellan approve x; }; f',
    'x=approve; castellan $x y',
  ];
  for (const command of certain) expect([command, safety(command)]).toEqual([command, 'certain']);
  expect(safety('castellan $x')).toBe('possible');
  expect(safety('castellan why call_1')).toBeUndefined();
});

test('speaking of it where nothing can be told is enough', () => {
  for (const command of [
    'python3 -c \'open("/home/u/.config/castellan/config.yaml","w")\'',
    'python3 -c "import os; os.system(\'castellan approve x\')"',
    "node -e \"require('child_process').execFileSync('castellan',['approve'])\"",
    'CASTELLAN_HOME=/tmp/x node a',
    'xargs rm < a ~/.config/castellan',
    'pkill -f castellan',
    'systemctl --user stop castellan',
    'awk \'BEGIN{system("cat ~/.config//castellan/x")}\'',
  ])
    expect([command, safety(command)]).toEqual([command, 'possible']);
  for (const command of [
    'grep -rn castellan src',
    "echo 'castellan approve x'",
    'npm install castellan',
    'git commit -m "castellan: tidy agents"',
  ])
    expect([command, safety(command)]).toEqual([command, undefined]);
});

verifies(['G-C04'], 'a command nobody knows, given a folder above or a pattern that reaches it', () => {
  for (const command of [
    'tar czf - ~/.config',
    'tar czf - ~',
    'zip -r x.zip ../.config',
    'foo ..',
    'rsync -a ~/.config host:x',
    'sudo tar c ~/.config',
    'foo ~/.conf*',
    'foo .cl*/settings.json',
    'foo ~/.config/*/x',
    'foo ~/.config/[c]astellan',
    'foo --dir=/home/u/.config',
    `foo ${'a '.repeat(1500)} b`,
  ])
    expect([command.slice(0, 40), safety(command)]).toEqual([command.slice(0, 40), 'possible']);
});

test('ordinary work in an ordinary project is not taken for it', () => {
  const plain = [
    'npm test',
    'npm run build -- --watch',
    'make',
    'make -C src all',
    'tar czf x.tgz src',
    'tar czf x.tgz .',
    'docker run -v "$PWD":/x image ls /',
    'python3 x.py .',
    'prettier --write "src/**/*.ts"',
    'eslint src/*.ts',
    'eslint *',
    'prettier --write *.json',
    'cp -r src /tmp/x',
    'pytest -k "a or b" tests',
    `eslint ${'a '.repeat(100)}`,
  ];
  expect(plain.filter((command) => safety(command) !== undefined)).toEqual([]);
  const home = ['foo .', 'make', 'npm test', 'eslint .', 'prettier *', 'tar czf x.tgz src', 'foo ./', 'foo /home/u'];
  expect(home.filter((command) => safety(command, { workspace: '/home/u' }) !== undefined)).toEqual([]);
});
