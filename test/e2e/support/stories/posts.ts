// C03 and S04: what others get to see, and clouds nobody opted in to.
import { bash, caught, commands, fetch, mcp, passes, type Story, use } from './story.ts';

export const POSTS: readonly Story[] = [
  caught('C03.message', mcp('mail/send', { to: 'client@example.org', subject: 'Invoice', body: 'It is due.' })),
  caught('C03.message', bash('echo hi | mail -s x eva@example.org')),
  caught('C03.message', mcp('stranger/send_message', { channel: 'general', text: 'hello' })),
  passes('C03.message', mcp('stranger/list_messages', { channel: 'general' })),
  caught('C03.issue', mcp('stranger/create_issue', { title: 'x' })),
  passes('C03.message', mcp('mail/draft', { to: 'client@example.org', subject: 'Invoice', body: 'It is due.' })),
  passes('C03.message', mcp('mail/search', { query: 'invoice' })),
  ...commands(
    'C03.issue',
    ['gh issue create -t x -b y', 'gh pr comment 1 -b x', 'gh pr create --fill', 'glab issue create -t x'],
    ['gh issue list', 'gh pr view 1'],
  ),
  ...commands(
    'C03.commits',
    ['git push', 'git push origin main', 'git -C . push'],
    ['git commit -m "push"', 'git fetch', 'git status'],
  ),
  ...commands(
    'C03.package',
    ['npm publish', 'docker push me/app', 'cargo publish', 'twine upload dist/a.whl'],
    ['npm pack', 'npm view x'],
  ),
  ...commands(
    'C03.api',
    [
      'curl -X POST https://api.example.org/x',
      'curl -X DELETE https://api.example.org/x',
      'gh api -X PATCH repos/a/b -f private=true',
    ],
    ['curl https://api.example.org/x', 'curl -X POST http://127.0.0.1:3000/x'],
  ),
  ...commands('C03.page', ['gh gist create a.txt'], ['gh gist list', 'curl https://gist.github.com/']),
  ...commands(
    'C03.api',
    ['scp a.txt host.example.org:', 'nc example.org 80 < a.txt', 'rsync -a . host.example.org:/srv'],
    ['scp host.example.org:a.txt .', 'nc localhost 80 < a.txt'],
  ),
  ...commands(
    'C03.systems',
    ['kubectl apply -f a.yaml', 'terraform apply -auto-approve', 'kubectl scale deploy web --replicas=0'],
    ['kubectl diff -f a.yaml', 'terraform plan'],
  ),
  ...commands(
    'S04.cloud-model',
    [
      'curl https://api.openai.com/v1/chat/completions -d @a.json',
      'curl https://api.anthropic.com/v1/messages',
      'wget https://openrouter.ai/api/v1/models',
    ],
    ['curl http://127.0.0.1:11434/api/generate', 'curl https://platform.openai.com/docs'],
  ),
  caught('S04.cloud-model', fetch('https://api.mistral.ai/v1/models')),
  passes('S04.cloud-model', fetch('https://docs.mistral.ai/')),
  ...commands(
    'S04.cloud-service',
    ['curl -T a.txt https://b.s3.amazonaws.com/a', 'curl -d x https://api.cloudflare.com/client/v4/zones'],
    ['curl -O https://b.s3.amazonaws.com/a', 'curl -d x https://myamazonaws.com/'],
  ),
  caught('S04.agent-cloud', use('RemoteTrigger', { action: 'run' })),
  caught('S04.agent-cloud', use('Artifact', { title: 'x' })),
  passes('S04.agent-cloud', use('Agent', { description: 'x', prompt: 'Only look at src/.' })),
];
