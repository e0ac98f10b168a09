// Containers and clusters. A container with the disk, a socket or the rights of its host is the host. Sources: docker, podman,
// nerdctl, compose, kubectl, helm, k9s, oc, minikube, kind: `--help`; GTFOBins (docker, kubectl); MITRE T1611.
import type { Tool, Verb } from '../table.ts';

const NAMES: Verb = { does: 'read names containers', lenient: true };
const GONE: Verb = { does: 'delete container {*}', lenient: true };
const HOST_RIGHTS = 'escalate {tool}';
const RUN_OPTIONS =
  '-d -i -t -P -q --detach --interactive --tty --rm --init --publish-all --quiet --read-only --no-healthcheck --privileged --name= -e= --env= --env-file< -p= --publish= -w= --workdir= -u= --user= --entrypoint= -h= --hostname= --network= --net= --restart= --platform= --pull= -l= --label= -m= --memory= --cpus= --shm-size= --add-host= --dns= --log-driver= --log-opt= --link= --expose= --gpus= --ulimit= --tmpfs= --stop-signal= --stop-timeout= --health-cmd= -v= --volume= --mount= --volumes-from= --device= --cap-add= --cap-drop= --security-opt= --pid= --ipc= --userns= --uts= --cgroupns= --cgroup-parent= --runtime= --detach-keys= --no-deps --service-ports --use-aliases -T --index= --ip= --mac-address= --group-add= --sysctl= --annotation= --cidfile> --sig-proxy --oom-kill-disable';
const REACHES_HOST =
  '--privileged --device --cap-add --security-opt --pid --ipc --userns --uts --cgroupns --cgroup-parent --runtime --volumes-from --sysctl';
const MOUNTS: NonNullable<Verb['values']> = [
  // The disk, the keys or the socket of the host inside: whoever runs there runs here.
  [
    '-v --volume --mount',
    /^(?:[^,]*(?:source|src)=)?(?:\/(?:etc|root|var|boot|dev|proc|sys|run|usr|lib|bin|sbin|private)(?:[/:,]|$)|\/(?:(?:home|Users|opt|srv|mnt|media)(?:\/[^/:,]*)?)?\/?(?:[:,]|$)|~\/?(?:[:,]|$)|~\/\.)|\.sock/,
    HOST_RIGHTS,
  ],
  ['-v --volume --mount', /^(?:[^,]*(?:source|src)=)?[./~]/, 'write? container {-v --volume --mount}'],
  ['--network --net', /^host$/, HOST_RIGHTS],
];
const RUN: Verb = {
  options: RUN_OPTIONS,
  does: 'execute container {0}; write container {0}; connect? the image registry',
  with: { [REACHES_HOST]: HOST_RIGHTS },
  values: MOUNTS,
  inner: 1,
};
const EXEC: Verb = {
  options: RUN_OPTIONS,
  does: 'execute container {0}',
  with: { '--privileged': HOST_RIGHTS },
  inner: 1,
};

const COMPOSE =
  '-f< -p= --file< --project-name= --profile= --env-file< --project-directory< --ansi= --progress= --compatibility --parallel= --all-resources';
const composeVerbs: Tool['verbs'] = {
  'ps, ls, images, logs, top, version, port, config, convert, events, stats, volumes': NAMES,
  'up, start, restart, unpause, scale, watch, run, exec, build, attach, create': {
    options: `${RUN_OPTIONS} --build --force-recreate --no-recreate --remove-orphans --wait --no-build --scale= --abort-on-container-exit --no-start --always-recreate-deps -V --renew-anon-volumes --no-cache --timeout= -y`,
    does: 'execute project-code; write container {*}; connect? the image registry',
    with: { '-V --renew-anon-volumes': 'delete container volumes' },
    lenient: true,
  },
  pull: { does: 'connect the image registry; write container {*}', lenient: true },
  'push, publish': { does: 'send package the image registry', lenient: true },
  'down, stop, kill, rm, pause': {
    options: '-v -f -s -t= --volumes --remove-orphans --rmi= --timeout= --force --stop --signal=',
    does: 'delete container {*}',
    with: { '-v --volumes --rmi': 'delete container volumes and images' },
  },
  cp: { does: 'execute container {*}; write container {*}', lenient: true },
};
const under = (prefix: string, verbs: Tool['verbs']): Tool['verbs'] =>
  Object.fromEntries(
    Object.entries(verbs).map(([paths, verb]) => [
      paths
        .split(', ')
        .map((path) => `${prefix} ${path}`)
        .join(', '),
      verb,
    ]),
  );

export const COMPOSE_TOOL: Tool = { options: COMPOSE, verbs: composeVerbs };

export const DOCKER: Tool = {
  options:
    '-D -c= -H= -l= --debug --context= --host= --log-level= --tls --tlsverify --tlscacert< --tlscert< --tlskey< --config< --connection= --url= --remote --namespace= -n= --address=',
  groups: { compose: COMPOSE },
  verbs: {
    ...under('compose', composeVerbs),
    'ps, images, logs, inspect, version, info, top, stats, port, diff, events, history, search, container ls, container ps, container list, container logs, container inspect, container top, container stats, container port, container diff, image ls, image list, image inspect, image history, network ls, network list, network inspect, volume ls, volume list, volume inspect, system df, system info, system events, context ls, context show, context inspect, buildx ls, buildx inspect, buildx du, buildx version, builder du, node ls, node ps, service ls, service ps, service logs, service inspect, stack ls, stack ps, stack services, secret ls, config ls, plugin ls, manifest inspect, scout quickview, scout cves, pod ps, pod ls, pod inspect, machine list, machine ls, machine info, machine inspect, healthcheck run, image exists, container exists, image tree':
      NAMES,
    'run, container run, create, container create': RUN,
    'exec, container exec, attach, container attach': EXEC,
    'start, restart, pause, unpause, rename, update, tag, commit, import, load, wait, container start, container restart, container rename, container update, container commit, image tag, image load, image import, network create, network connect, network disconnect, volume create, context use, context create, context update, pod create, pod start, machine init, machine start, service create, service update, service scale, stack deploy, swarm init, swarm join, node update, secret create, config create, trust, plugin enable, plugin disable, container wait, container unpause, container pause, buildx create, buildx use, buildx bake, generate, play, kube play, system service, auto-update, unshare, mount, unmount':
      { does: 'write container {*}', lenient: true },
    'rm, rmi, stop, kill, container rm, container remove, container stop, container kill, container prune, image rm, image remove, image prune, volume rm, volume remove, volume prune, network rm, network remove, network prune, system prune, system reset, builder prune, buildx prune, buildx rm, service rm, stack rm, secret rm, config rm, context rm, swarm leave, node rm, plugin rm, pod rm, pod stop, pod kill, pod prune, machine rm, machine stop, machine reset, kube down, manifest rm, image untag, untag':
      GONE,
    'build, image build, buildx build, builder build, bake': {
      options:
        '-f< --file< -t= --tag= -q --quiet --no-cache --pull --push --load --rm --force-rm --squash --build-arg= --target= --platform= --progress= -o= --output= --secret= --ssh= --network= --label= --cache-from= --cache-to= --iidfile> --metadata-file> --builder= --add-host= --allow= --build-context= --provenance? --sbom? --attest= --compress --memory= -m= --cpuset-cpus= --shm-size= --ulimit= --isolation=',
      does: 'execute project-code; write container; connect? the image registry',
      with: { '--push': 'send package the image registry', '--allow': HOST_RIGHTS },
    },
    'pull, image pull': { does: 'connect the image registry; write container {*}', lenient: true },
    'push, image push, manifest push, artifact push': {
      does: 'send package {0}; connect the image registry',
      lenient: true,
    },
    'save, export, image save, container export': {
      options: '-o> --output> -q --quiet --format=',
      does: 'read names containers',
    },
    'cp, container cp': { does: 'execute container {*}; write container {*}; write? @{1}; read? @{0}', lenient: true },
    'login, logout': { does: 'write credentials; connect the image registry', lenient: true },
    'plugin install': { does: 'execute package-code', lenient: true },
  },
};

const KUBE_OPTIONS =
  '-n= -A -o= -l= -L= -w -R -f< -k< -c= -p -i -t -q -h --namespace= --context= --cluster= --user= --all-namespaces --output= --selector= --field-selector= --watch --watch-only --show-labels --no-headers --sort-by= --filename< --kustomize< --recursive --container= --follow --tail= --since= --since-time= --previous --timestamps --all-containers --prefix --request-timeout= --kubeconfig! --as= --as-group= -v= --dry-run? --force --grace-period= --timeout= --wait? --cascade? --ignore-not-found? --all --now --replicas= --current-replicas= --type= --patch= --subresource= --server-side --field-manager= --validate? --overwrite --record --image= --port= --target-port= --name= --revision= --to-revision= --chunk-size= --show-kind --show-events? --containers --max-log-requests= --ignore-daemonsets --delete-emptydir-data --disable-eviction --api-group= --namespaced? --verbs= --client --raw= --token= --server= -s= --insecure-skip-tls-verify? --certificate-authority<';
const CHANGES_CLUSTER: Verb = { does: 'write cluster {*}', instead: { '--dry-run': 'read cluster' } };
const LOOKS: Verb = {
  does: 'read cluster {*}',
  about: [[/^(?:secrets?|.*,secrets?(?:,|$)|secrets?,.*|secrets?[./].*)$/i, 'read credentials secrets {*}']],
  with: {
    '--raw --token': 'read credentials {--raw}',
    '--server -s': 'connect {--server -s}',
    '--insecure-skip-tls-verify': 'unknown a server that is not checked',
  },
};
export const KUBECTL: Tool = {
  options: KUBE_OPTIONS,
  verbs: {
    'get, describe, logs, top, explain, api-resources, api-versions, cluster-info, version, events, diff, rollout status, rollout history, auth can-i, auth whoami, config get-contexts, config current-context, config get-clusters, config get-users, wait, options, completion, kustomize, plugin list, projects, project, status, whoami':
      LOOKS,
    'config view': {
      does: 'read names kubeconfig',
      with: { '--raw': 'read credentials kubeconfig' },
      options: '--minify --flatten --raw',
    },
    'apply, patch, scale, create, edit, label, annotate, set, replace, expose, autoscale, rollout restart, rollout undo, rollout pause, rollout resume, taint, cordon, uncordon, certificate approve, auth reconcile, set image, set env, run, new-app, new-project, process, import-image, tag':
      { ...CHANGES_CLUSTER, with: { '--force': 'delete cluster {*}' }, lenient: true },
    'create token, create secret, config set, config set-credentials, config set-context, config set-cluster, config use-context, config unset, config rename-context, login, logout':
      { does: 'write credentials kubeconfig; write cluster {*}', lenient: true },
    'delete, drain, config delete-context, config delete-cluster, config delete-user, apply prune': {
      does: 'delete cluster {*}',
      instead: { '--dry-run': 'read cluster' },
    },
    'exec, debug, attach, rsh, proxy, port-forward, cp, rsync': {
      does: 'execute cluster {*}; write cluster {*}',
      lenient: true,
      inner: 1,
    },
    'adm, adm policy': { does: 'write account cluster {*}', lenient: true },
  },
};
export const HELM: Tool = {
  options:
    '-n= -o= -A -q -a --namespace= --kube-context= --kubeconfig! --output= --all-namespaces --all --debug --post-renderer!',
  verbs: {
    'list, ls, status, history, hist, get values, get manifest, get notes, get all, get hooks, show values, show chart, show all, show readme, search repo, search hub, repo list, version, env, lint, template, verify, dependency list, plugin list, help':
      {
        does: 'read cluster {*}',
        options:
          '-f< --values< --set= --set-string= --version= --repo= --max= --revision= --versions --devel -l --strict --include-crds --show-only= -s=',
        with: { '--repo': 'connect {--repo}' },
      },
    'install, upgrade, rollback, test': {
      does: 'write cluster {*}',
      lenient: true,
      options: '--dry-run? --force -i --install',
      instead: { '--dry-run': 'read cluster {*}' },
    },
    'uninstall, delete, del, un': 'delete cluster {*}',
    'repo add, repo update, repo remove, dependency update, dependency build, pull, fetch, package, create': {
      does: 'connect? the chart repository; write @.',
      lenient: true,
    },
    'push, registry login': { does: 'send package {1}', lenient: true },
    'plugin install, plugin update': { does: 'execute downloaded-code {*}', lenient: true },
  },
};
export const LOCAL_CLUSTER: Tool = {
  verbs: {
    'status, list, get, get clusters, get nodes, version, ip, profile list, cluster list, node list, logs, service list, addons list':
      { does: 'read names cluster', lenient: true },
    'delete, delete cluster, cluster delete, node delete, stop, cluster stop': {
      does: 'delete cluster {*}',
      lenient: true,
    },
    '*': { does: 'write cluster {*}; execute? container', lenient: true },
  },
};
export const K9S: Tool = {
  verbs: { 'version, info': '', '': { does: 'read cluster; write? cluster; delete? cluster', lenient: true } },
};
