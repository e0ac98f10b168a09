// Clouds and what describes them: whole families by their verbs. Sources: the command references of AWS, Google Cloud, Azure,
// DigitalOcean, Heroku, Vercel, Netlify, Fly, Cloudflare, Firebase, Supabase, Railway; Terraform, Pulumi, CDK, Serverless, Ansible.
import type { Tool, Verb } from '../table.ts';

const READS: Verb = { does: 'read cloud {path}', lenient: true };
const WRITES: Verb = { does: 'write cloud {path} {*}', lenient: true };
const DELETES: Verb = { does: 'delete cloud {path} {*}', lenient: true };
const SECRETS: Verb = { does: 'read credentials {path}', lenient: true };
const RUNS: Verb = { does: 'execute project-code; write cloud {path}', lenient: true };
const DEPLOYS: Verb = { does: 'execute project-code; write cloud {path}; send page', lenient: true };
const LOGIN: Verb = { does: 'write credentials {path}; connect the cloud', lenient: true };
const MOVES: Verb = {
  does: 'write cloud {*}; read? @{0}; write? @{1}',
  lenient: true,
  about: [[/^(?:s3|gs):\/\//, 'send api {1}']],
  with: { '--delete --delete-destination --delete-unmatched-destination-objects -d': 'delete cloud {1}' },
  options:
    '--delete --delete-unmatched-destination-objects --recursive --exclude= --include= --acl= -r -d -m --quiet --no-progress --profile= --region=',
};

export const AWS: Tool = {
  options:
    '--profile= --region= --output= --query= --endpoint-url= --no-cli-pager --no-paginate --no-sign-request --no-verify-ssl --debug --color= --cli-read-timeout= --cli-connect-timeout= --max-items= --page-size= --starting-token= --cli-input-json= --cli-input-yaml= --generate-cli-skeleton? --ca-bundle<',
  verbs: {
    's3 ls, sts get-caller-identity, sts get-access-key-info, configure list, configure list-profiles, logs tail, logs filter-log-events, cloudformation validate-template, help, * help, * wait, s3api head-object, s3api head-bucket':
      READS,
    'sts get-session-token, sts assume-role, sts get-federation-token, sts assume-role-with-web-identity, sts assume-role-with-saml, configure get, configure export-credentials, secretsmanager get-secret-value, secretsmanager batch-get-secret-value, ssm get-parameter, ssm get-parameters, ssm get-parameters-by-path, ecr get-login-password, ecr get-login, ecr get-authorization-token, codeartifact get-authorization-token, eks get-token, iam create-access-key, rds generate-db-auth-token, lambda get-function, kms decrypt, kms generate-data-key, ec2 get-password-data, redshift get-cluster-credentials, lightsail download-default-key-pair, cognito-idp admin-initiate-auth, sso get-role-credentials':
      SECRETS,
    'configure, configure set, configure import, configure sso, sso login, sso logout, codeartifact login, eks update-kubeconfig':
      LOGIN,
    's3 cp, s3 sync, s3 mv': MOVES,
    's3 rm, s3 rb, s3api delete-objects': DELETES,
    's3 mb, s3 website, s3 presign': WRITES,
    's3api get-object': { does: 'read cloud {path}; write? @.', lenient: true },
    'sns publish, ses send-email, ses send-raw-email, sesv2 send-email, sqs send-message, pinpoint send-messages, events put-events, lambda invoke, stepfunctions start-execution, kinesis put-record':
      { does: 'send message {path}; write cloud {path}', lenient: true },
    'ssm send-command, ssm start-session, ecs execute-command, ec2-instance-connect send-ssh-public-key, ec2-instance-connect ssh':
      { does: 'execute cloud {path}; write cloud {path}', lenient: true },
    'cloudformation deploy, cloudformation package': WRITES,
    '* describe-*, * list-*, * get-*, * batch-get-*, * search-*, * lookup-*, * query, * scan, * filter-*, * estimate-*, * simulate-*, * preview-*, * check-*, * head-*, * select-*, * view-*, * validate-*, * test-*':
      READS,
    '* delete-*, * terminate-*, * remove-*, * deregister-*, * purge-*, * destroy-*, * revoke-*, * cancel-*, * stop-*, * release-*, * detach-*, * disable-*, * batch-delete-*, * empty-*, * schedule-key-deletion, * disassociate-*, * reset-*, * reboot-*, * untag-*, * unassign-*, * abort-*, * reject-*, * deprovision-*, * decrease-*, * withdraw-*, * leave-*, * close-account':
      DELETES,
    '* *': WRITES,
  },
};
const GCLOUD_READS =
  '** list, ** describe, ** get-iam-policy, ** get-value, ** read, ** tail, ** info, ** version, ** search, ** show, ** get, ** help, ** list-*, ** get-*, ** test-iam-permissions, ** lookup, ** export';
const GCLOUD_DELETES =
  '** delete, ** destroy, ** remove, ** purge, ** reset, ** stop, ** cancel, ** abandon, ** remove-*, ** disable, ** delete-*, ** revoke, ** unset, ** rm, ** suspend, ** detach, ** detach-*, ** undelete, ** failover';
const GCLOUD_WRITES =
  '** create, ** update, ** set, ** add, ** enable, ** start, ** deploy, ** add-*, ** set-*, ** patch, ** import, ** apply, ** submit, ** resize, ** restart, ** run, ** move, ** migrate, ** promote, ** attach-*, ** create-*, ** update-*, ** clone, ** restore-backup, ** rollback, ** activate, ** resume, ** replace, ** call, ** publish, ** execute, ** insert, ** copy, ** upload';
export const GCLOUD: Tool = {
  options:
    '-q --project= --account= --format= --filter= --limit= --quiet --verbosity= --region= --zone= --configuration= --log-http --sort-by= --uri --page-size= --flatten= --billing-project= --impersonate-service-account= --flags-file!',
  verbs: {
    'version, info, help, auth list, config list, config get, config get-value, projects list, config configurations list, components list, topic':
      READS,
    'auth print-access-token, auth print-identity-token, auth application-default print-access-token, auth print-refresh-token, secrets versions access, iam service-accounts keys create, sql generate-login-token, config config-helper, container clusters get-credentials, auth describe':
      SECRETS,
    'auth login, auth application-default login, auth activate-service-account, auth revoke, auth configure-docker, init, config set, config unset, config configurations create, config configurations activate':
      LOGIN,
    'compute ssh, compute scp, compute start-iap-tunnel, alpha cloud-shell ssh, cloud-shell ssh, app deploy, run deploy, functions deploy, builds submit':
      { does: 'execute project-code; write cloud {path}; send page', lenient: true },
    'storage cp, storage mv, storage rsync': MOVES,
    'storage ls, storage cat, storage du': READS,
    'storage rm': DELETES,
    'components install, components update': { does: 'execute package-code', lenient: true },
    'pubsub topics publish': { does: 'send message {path}; write cloud {path}', lenient: true },
    [GCLOUD_DELETES]: DELETES,
    [GCLOUD_READS]: READS,
    [GCLOUD_WRITES]: WRITES,
  },
};
export const GSUTIL: Tool = {
  options: '-m -q -D -o= -h= -u=',
  verbs: { 'ls, cat, du, stat, version, help, hash': READS, 'cp, rsync, mv': MOVES, 'rm, rb': DELETES, '*': WRITES },
};
export const BQ: Tool = {
  options: '--project_id= --format= --location= --dataset_id= --quiet -q',
  verbs: {
    'ls, show, head, version, help, get-iam-policy': READS,
    'rm, cancel': { does: 'delete database {*}', lenient: true },
    'load, mk, cp, update, insert, extract, mkdef, partition, set-iam-policy, query': {
      does: 'write database {*}',
      lenient: true,
    },
  },
};
export const AZ: Tool = {
  options:
    '-o= -g= -n= -l= --output= --query= --subscription= --resource-group= --name= --only-show-errors --verbose --debug -y --yes --no-wait',
  verbs: {
    'version, account list, account show, config get, find, help, interactive': READS,
    'account get-access-token, keyvault secret show, keyvault secret download, keyvault key download, storage account keys list, ad sp create-for-rbac, ad sp credential list, acr credential show, aks get-credentials, redis list-keys, cosmosdb keys list, storage account show-connection-string, webapp deployment list-publishing-profiles, functionapp keys list, ad app credential reset, ad sp credential reset':
      SECRETS,
    'login, logout, account set, account clear, acr login, configure, config set': LOGIN,
    'storage blob upload, storage blob upload-batch, storage copy, storage blob sync, storage file upload': {
      does: 'send api {path}; write cloud {path}',
      lenient: true,
    },
    'vm run-command invoke, ssh vm, container exec, webapp ssh, webapp up, webapp deploy, functionapp deployment source config-zip, containerapp up, containerapp exec':
      { does: 'execute cloud {path}; write cloud {path}; send page', lenient: true },
    rest: {
      does: 'send api the cloud; write cloud',
      lenient: true,
      options: '-m= --method= -u= --url= --uri= -b= --body=',
    },
    '** delete, ** purge, ** remove, ** stop, ** deallocate, ** delete-*, ** reset, ** cancel, ** clear, ** revoke, ** disable, ** restart, ** unregister, ** failover, ** remove-*, ** terminate':
      DELETES,
    '** list, ** show, ** exists, ** get, ** list-*, ** show-*, ** get-*, ** query, ** check-name, ** wait, ** tail, ** download, ** validate, ** what-if':
      READS,
    '** create, ** update, ** set, ** add, ** start, ** import, ** enable, ** deploy, ** assign, ** invoke, ** upload, ** regenerate, ** renew, ** restore, ** scale, ** resize, ** move, ** attach, ** detach, ** run, ** apply, ** invite':
      WRITES,
  },
};

/** Smaller command lines whose verbs mean the same everywhere. */
const PLATFORM_READS =
  'list, ls, status, info, inspect, show, get, logs, log, tail, whoami, version, help, apps, ps, domains, regions, releases, plans, teams, projects, orgs, accounts, auth whoami, account get, config list, alias ls, domains ls, dns ls, certs ls, project ls, deployments, deployment list, apps list, machine list, machines list, volumes list, postgres list, secrets list, secret list, kv namespace list, kv key list, r2 bucket list, d1 list, queues list, pages project list, pages deployment list, sites:list, functions:list, projects:list, hosting:sites:list, hosting:channel:list, apps:list, use, functions list, branches list, migration list, projects list, orgs list, db diff, db lint, gen types, domain list, variables list, service list, ips list, certs list, scale show, regions list, image show, config show, platform regions, platform status, monitor, checks list, apps:info, addons, addons:info, buildpacks, pg:info, pg:ps, pg:diagnose, ps:type, releases:info, certs, features, labs, pipelines, pipelines:info, access, members, drains, maintenance, status:list, env:list, deploy:list, sites, open, docs, completion, diff, check, validate, bisect';
const PLATFORM_SECRETS =
  'env pull, env ls, env list, env:get, config, config:get, config get, auth token, auth:token, secrets get, variables, pg:credentials, pg:credentials:url, tokens create, token, tokens, vars, login:ci, functions:config:get, functions:secrets:access, projects api-keys, kv key get, r2 object get, env, auth docker';
const PLATFORM_DELETES =
  'rm, remove, delete, destroy, apps destroy, apps delete, apps:destroy, apps:delete, apps:restart, pg:reset, pg:promote, pg:killall, pg:kill, database reset, db reset, addons:destroy, addons:detach, addons remove, volumes destroy, volumes delete, machine destroy, machines destroy, machine stop, machine kill, postgres detach, env rm, env unset, env:unset, secrets unset, secret delete, secrets delete, config:unset, config:remove, domains rm, domains remove, domains:remove, dns rm, certs rm, certs remove, alias rm, project rm, projects delete, teams rm, kv namespace delete, kv key delete, kv bulk delete, kv:key delete, kv:namespace delete, r2 bucket delete, r2 object delete, d1 delete, queues delete, pages project delete, pages deployment delete, sites:delete, functions:delete, functions delete, firestore:delete, database:remove, hosting:disable, hosting:channel:delete, storage rm, auth:delete, ps:stop, ps:kill, scale, suspend, down, stop, kill, cancel, revert, rollback, promote, releases:rollback, maintenance:on, branches delete, workers delete, undeploy, teardown, purge, cache purge, blob:delete, db branch delete, branch delete, service delete, volume delete, environment delete, token revoke, access:remove, members:remove, container:rm, pipelines:destroy, migration repair, migration squash, volume rm, tokens revoke, orgs delete, redis destroy, consul detach, extensions destroy, ips release';
const PLATFORM_DEPLOYS =
  'deploy, up, publish, push, release, launch, redeploy, pages deploy, pages publish, versions upload, versions deploy, hosting:channel:deploy, hosting:clone, functions deploy, deploy --prod, container:push, container:release, run, run:detached, ssh, ssh console, shell, console, dev, serve, emulators:start, emulators:exec, functions:shell, functions serve, build, exec, invoke, local, bash, connect, psql, pg:psql, redis:cli, ssh sftp, proxy, db push, db pull, start, postgres connect, machine run, machine exec, triggers deploy, sites:create --deploy, git:remote, builds:create, ps:exec, pg:push, pg:pull, pg:copy';
const platform = (extra: Tool['verbs'] = {}): Tool => ({
  options:
    '-a= -t= -S= -A= -o= -c= -e= -y -q --app= --team= --scope= --token= --org= --project= --account= --env= --json --yes --quiet --debug --no-color --config= --format= --output= --context= --remote= -r= --confirm= --environment= --local-config= --cwd<',
  verbs: {
    ...extra,
    [PLATFORM_READS]: READS,
    [PLATFORM_SECRETS]: SECRETS,
    [PLATFORM_DELETES]: DELETES,
    [PLATFORM_DEPLOYS]: DEPLOYS,
    'login, logout, auth login, auth logout, auth:login, auth init, auth switch, link, init, switch, signup, register':
      LOGIN,
    '** list, ** get, ** ls, ** show, ** info, ** status': READS,
    '** delete, ** destroy, ** remove, ** rm, ** purge, ** reset, ** revoke, ** stop': DELETES,
    '*, * *, * * *': WRITES,
  },
});
/** `vercel` and `netlify deploy`: alone, the first deploys. */
export const VERCEL: Tool = platform({ '': DEPLOYS });
export const PLATFORM: Tool = platform();

const PLAN: Verb = { does: 'execute package-code; read cloud', lenient: true };
export const TERRAFORM: Tool = {
  options: '-chdir= -no-color -input? -json -compact-warnings -lock? -lock-timeout=',
  verbs: {
    'version, fmt, output, workspace show, workspace list, providers, graph, metadata functions, -version, -help, state list':
      {
        does: 'read cloud',
        options: '-check -diff -recursive -write? -raw -state< -list? -type=',
        lenient: false,
        with: { '-raw': 'read? credentials output' },
      },
    'state show, show, state pull': { does: 'read cloud; read? credentials state', lenient: true },
    'validate, plan, refresh, test, console, query': {
      ...PLAN,
      options: '-destroy -out> -refresh-only -var= -var-file< -target= -replace=',
    },
    'init, get, providers lock, providers mirror': {
      does: 'execute package-code; connect registry.terraform.io; write @.terraform',
      lenient: true,
      options: '-upgrade -reconfigure -migrate-state -force-copy',
      with: { '-migrate-state -force-copy': 'write cloud state' },
    },
    apply: {
      does: 'execute package-code; write cloud; delete? cloud',
      lenient: true,
      options: '-destroy -auto-approve -var= -var-file< -target= -replace= -refresh-only',
      with: { '-destroy -replace': 'delete cloud' },
    },
    import: { does: 'execute package-code; write cloud state {*}', lenient: true },
    'destroy, taint, untaint, state rm, state push, state replace-provider, force-unlock, workspace delete, run-all destroy, state mv':
      { does: 'execute package-code; delete cloud {*}', lenient: true },
    'workspace new, workspace select': 'write cloud {*}',
    'login, logout': LOGIN,
    'run-all *, run, stack run': { does: 'execute package-code; write cloud; delete? cloud', lenient: true },
  },
};
export const PULUMI: Tool = {
  options: '-s= -C= -y --stack= --cwd= --non-interactive --yes',
  verbs: {
    'version, stack ls, stack output, stack history, whoami, about, plugin ls, config get, config, logs, stack, org get-default':
      { does: 'read cloud', lenient: true, options: '--show-secrets', with: { '--show-secrets': 'read credentials' } },
    'preview, pre, refresh': { does: 'execute project-code; read cloud', lenient: true },
    'up, update, import, watch, stack init, config set, stack import, stack select, install, new': RUNS,
    'destroy, down, stack rm, cancel, state delete, state unprotect, state rename, stack change-secrets-provider': {
      does: 'execute project-code; delete cloud {*}',
      lenient: true,
    },
    'login, logout': LOGIN,
    'stack export, env open, env get': SECRETS,
  },
};
export const CDK: Tool = {
  options: '-a! --app! -c= --context= --profile= --region=',
  verbs: {
    'list, ls, diff, synth, synthesize, metadata, doctor, version, acknowledge, notices, context, docs': {
      does: 'execute project-code; read cloud',
      lenient: true,
    },
    'deploy, bootstrap, import, watch, migrate, rollback, init': RUNS,
    'destroy, gc': { does: 'execute project-code; delete cloud {*}', lenient: true },
  },
};
export const SERVERLESS: Tool = {
  options: '-s= -r= --stage= --region= --config=',
  verbs: {
    'info, logs, metrics, print, config, help, deploy list': {
      does: 'execute project-code; read cloud',
      lenient: true,
    },
    'remove, rollback, delete': { does: 'execute project-code; delete cloud {*}', lenient: true },
    '*': RUNS,
    '': RUNS,
  },
};
export const ANSIBLE: Tool = {
  verbs: {
    '': {
      does: 'execute project-code; write cloud {*}',
      lenient: true,
      options: '--version --help --list-hosts --list-tasks --syntax-check --list-tags',
      instead: {
        '--version --help': '',
        '--list-hosts --list-tasks --syntax-check --list-tags': 'execute project-code',
      },
    },
  },
};
export const ANSIBLE_VAULT: Tool = {
  verbs: {
    'view, decrypt, edit': SECRETS,
    'encrypt, create, rekey, encrypt_string': { does: 'write credentials {*}', lenient: true },
  },
};
export const PACKER: Tool = {
  verbs: {
    'version, fmt, inspect, validate': { does: 'execute package-code', lenient: true },
    'build, init, plugins install': { does: 'execute package-code; write cloud', lenient: true },
  },
};
export const VAGRANT: Tool = {
  verbs: {
    'status, global-status, version, box list, port, plugin list, snapshot list, ssh-config, validate, list-commands': {
      does: 'execute project-code',
      lenient: true,
    },
    'destroy, box remove, snapshot delete, box prune, halt': {
      does: 'execute project-code; delete container {*}',
      lenient: true,
    },
    '*': { does: 'execute project-code; write container {*}', lenient: true },
  },
};
export const VIRSH: Tool = {
  options: '-c= --connect= -q',
  verbs: {
    'list, dominfo, domstate, nodeinfo, net-list, pool-list, vol-list, dumpxml, version, capabilities, snapshot-list': {
      does: 'read names machines',
      lenient: true,
    },
    'destroy, undefine, vol-delete, pool-delete, pool-destroy, net-destroy, net-undefine, shutdown, snapshot-delete, vol-wipe, reset':
      { does: 'delete container {*}', lenient: true },
    '*': { does: 'write container {*}', lenient: true },
  },
};
