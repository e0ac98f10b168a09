// G: advice. A guideline catches a call by being told with it; the outcome is none of its business.
import { bash, caught, commands, fetch, mcp, passes, read, type Story, use, write } from './story.ts';

export const GUIDELINES: readonly Story[] = [
  caught('G01.minimal-edit', write('a.txt')),
  passes('G01.minimal-edit', use('Edit', { file_path: 'a.txt', old_string: 'x', new_string: 'y' })),
  caught('G02.say-why', use('Bash', { command: 'ls' })),
  passes('G02.say-why', bash('ls')),
  ...commands('G03.reversible', ['rm loose.txt', 'find . -name x -delete'], ['ls', 'cat a.txt', 'rm a.txt']),
  ...commands('G04.tell-apart', ['eval "$X"', '$CMD a'], ['ls -la', 'git status']),
  ...commands(
    'G05.long-running',
    ['tail -f a.log', 'npm run dev', 'watch ls', 'sleep 60', 'tsc --watch'],
    ['tail -n 20 a.log', 'timeout 60 npm start', 'sleep 2', 'ls'],
  ),
  passes('G05.long-running', use('Bash', { command: 'npm run dev', run_in_background: true })),
  caught('G06.short-words', use('Bash', { command: 'ls', description: 'so many words '.repeat(20) })),
  passes('G06.short-words', bash('ls')),
  ...commands('G07.say-intent', ['touch a b c d e', 'cp a b; cp c d; cp e f; cp g h'], ['touch a', 'cat a b c d']),
  caught('G08.commit-first', bash('rm loose.txt')),
  passes('G08.commit-first', write('new-file.txt')),
  passes('G08.commit-first', write('/tmp/a.txt')),
  ...commands('G09.pin-versions', ['npm install left-pad', 'pip install x'], ['npm install left-pad@1.3.0', 'npm ci']),
  ...commands('G10.read-narrowly', ['grep -r x ~', 'grep -r x /var/lib/app'], ['grep -r x .', 'ls -R ~']),
  caught('G11.sub-agents', use('Agent', { description: 'x', prompt: 'Fix the tests' })),
  passes('G11.sub-agents', use('Agent', { description: 'x', prompt: 'Fix the tests. Do not change src/.' })),
  caught('G12.strangers-words', bash('./a.sh'), fetch('https://example.org/', 'a page')),
  caught(
    'G12.strangers-words',
    mcp('mail/send', { to: 'a@b.example', subject: 'x', body: 'y' }),
    fetch('https://example.org/', 'a page'),
  ),
  passes('G12.strangers-words', bash('./a.sh')),
  passes('G12.strangers-words', read('a.txt'), fetch('https://example.org/', 'a page')),
];
