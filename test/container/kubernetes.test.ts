// container/kubernetes.yaml against the Pod Security Standard `restricted`, field by field as the standard lists them, and against what the guide
// says of it. RULE: a field of the manifest that nobody here knows is a fault, for a misspelt one would harden nothing.
import { readFileSync } from 'node:fs';
import { inRoot } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const nameSchema = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const metadataSchema = z.strictObject({
  name: nameSchema,
  namespace: z.literal('castellan').optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

/** Containers: privilege escalation, capabilities, privileged, seccomp (of the Pod), users (of the Pod), ports. */
const containerSchema = z.strictObject({
  name: nameSchema,
  image: z.enum(['castellan', 'castellan-agent']),
  imagePullPolicy: z.literal('IfNotPresent'),
  command: z.array(z.string()).min(1).optional(),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    privileged: z.literal(false),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ cpu: z.string(), memory: z.string(), 'ephemeral-storage': z.string() }),
  }),
  // No hostPort.
  ports: z.array(z.strictObject({ name: nameSchema, containerPort: z.literal(9443) })).optional(),
  startupProbe: z.unknown().optional(),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
  volumeMounts: z.array(
    z.strictObject({
      name: nameSchema,
      mountPath: z.string().regex(/^\/[a-z0-9/-]+$/),
      subPath: z
        .string()
        .regex(/^[a-z0-9-]+$/)
        .optional(),
      readOnly: z.literal(true).optional(),
    }),
  ),
});
/** Volume types that the profile allows, of which two are used; no name space and no path of the host. */
const podSchema = z.strictObject({
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  shareProcessNamespace: z.literal(true).optional(),
  affinity: z.unknown().optional(),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.int().min(10_001).max(10_002),
    runAsGroup: z.int().min(10_001).max(10_002),
    supplementalGroups: z.tuple([z.literal(10_000)]),
    fsGroup: z.literal(10_000),
    fsGroupChangePolicy: z.literal('OnRootMismatch'),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  initContainers: z.array(containerSchema),
  containers: z.array(containerSchema).min(1),
  volumes: z.array(
    z.union([
      z.strictObject({ name: nameSchema, persistentVolumeClaim: z.strictObject({ claimName: nameSchema }) }),
      z.strictObject({
        name: nameSchema,
        emptyDir: z.strictObject({ medium: z.literal('Memory'), sizeLimit: z.string() }),
      }),
    ]),
  ),
});
const labelsSchema = z.strictObject({ matchLabels: z.strictObject({ app: z.string() }) });
const documentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ apiVersion: z.literal('v1'), kind: z.literal('Namespace'), metadata: metadataSchema }),
  z.strictObject({
    apiVersion: z.literal('v1'),
    kind: z.literal('PersistentVolumeClaim'),
    metadata: metadataSchema,
    spec: z.strictObject({
      accessModes: z.tuple([z.literal('ReadWriteOnce')]),
      resources: z.strictObject({ requests: z.strictObject({ storage: z.string() }) }),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('apps/v1'),
    kind: z.literal('Deployment'),
    metadata: metadataSchema,
    spec: z.strictObject({
      replicas: z.literal(1),
      strategy: z.strictObject({ type: z.literal('Recreate') }),
      selector: labelsSchema,
      template: z.strictObject({
        metadata: z.strictObject({ labels: z.strictObject({ app: z.string() }) }),
        spec: podSchema,
      }),
    }),
  }),
  z.strictObject({
    apiVersion: z.literal('networking.k8s.io/v1'),
    kind: z.literal('NetworkPolicy'),
    metadata: metadataSchema,
    spec: z.strictObject({
      podSelector: labelsSchema,
      policyTypes: z.tuple([z.literal('Ingress'), z.literal('Egress')]),
      ingress: z.array(z.unknown()).optional(),
      egress: z.array(z.unknown()).optional(),
    }),
  }),
]);

const raw = parseAllDocuments(readFileSync(inRoot('container', 'kubernetes.yaml'), 'utf8')).map(
  (each) => each.toJS() as unknown,
);
const all = raw.map((each) => documentSchema.parse(each));
const kept = <Kind extends (typeof all)[number]['kind']>(kind: Kind) =>
  all.filter((each): each is Extract<(typeof all)[number], { kind: Kind }> => each.kind === kind);
const pods = new Map(kept('Deployment').map(({ metadata, spec }) => [metadata.name, spec]));
function pod(name: string) {
  const found = pods.get(name)?.template.spec;
  if (found === undefined) throw new Error(`no Pod of ${name}`);
  return found;
}

describe('the manifest', () => {
  test('Kubernetes enforces the restricted profile on the namespace, and every Pod is within it', () => {
    expect(raw.length).toBeGreaterThan(5);
    const [namespace] = kept('Namespace');
    for (const mode of ['enforce', 'warn', 'audit'])
      expect(namespace?.metadata.labels?.[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
    // Parsed above: each Pod has every field of the profile, and none that nobody knows.
    expect([...pods.keys()]).toEqual(['castellan', 'agent']);
    for (const each of all) if (each.kind !== 'Namespace') expect(each.metadata.namespace).toBe('castellan');
    expect(pod('castellan').securityContext.runAsUser).toBe(10_001);
    expect(pod('agent').securityContext.runAsUser).toBe(10_002);
  });

  test('the schema refuses what the profile refuses', () => {
    const deployment = raw.find((each) => z.looseObject({ kind: z.literal('Deployment') }).safeParse(each).success);
    const text = JSON.stringify(deployment);
    for (const [from, to] of [
      ['"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true'],
      ['"drop":["ALL"]', '"drop":["NET_RAW"]'],
      ['"drop":["ALL"]', '"drop":["ALL"],"add":["NET_ADMIN"]'],
      ['"type":"RuntimeDefault"', '"type":"Unconfined"'],
      ['"runAsNonRoot":true', '"runAsNonRoot":false'],
      ['"runAsUser":10001', '"runAsUser":0'],
      ['"automountServiceAccountToken":false', '"hostNetwork":true,"automountServiceAccountToken":false'],
      ['"automountServiceAccountToken":false', '"automountServiceAccountToken":true'],
      ['"persistentVolumeClaim":{"claimName":"state"}', '"hostPath":{"path":"/"}'],
      ['"containerPort":9443', '"containerPort":9443,"hostPort":9443'],
    ] as const) {
      expect(text, from).toContain(from);
      expect(documentSchema.safeParse(JSON.parse(text.replace(from, to))).success, to).toBe(false);
    }
  });

  test('in Kubernetes the agent has no network, its two sockets on the node of Castellan, and changes nothing of them', () => {
    const policies = new Map(kept('NetworkPolicy').map(({ spec }) => [spec.podSelector.matchLabels.app, spec]));
    const agent = policies.get('castellan-agent');
    expect(agent).toBeDefined();
    expect([agent?.ingress, agent?.egress]).toEqual([undefined, undefined]);
    expect(policies.get('castellan')?.ingress).toEqual([]);
    for (const [, { selector, template }] of pods) {
      expect(selector.matchLabels).toEqual(template.metadata.labels);
      expect(policies.has(template.metadata.labels.app)).toBe(true);
    }
    const own = pod('agent');
    expect(own.shareProcessNamespace).toBeUndefined();
    expect(JSON.stringify(own.affinity)).toContain('"topologyKey":"kubernetes.io/hostname"');
    expect(JSON.stringify(own.affinity)).toContain('"matchLabels":{"app":"castellan"}');
    const volumes = new Map(own.volumes.map((each) => [each.name, each]));
    expect([...volumes.keys()]).toEqual(['shared', 'workspace', 'temporary']);
    for (const { volumeMounts } of [...own.containers, ...own.initContainers])
      for (const { name, readOnly, subPath, mountPath } of volumeMounts)
        if (name === 'shared') expect([mountPath, readOnly, subPath !== undefined]).toEqual([mountPath, true, true]);
    // Where Castellan writes it, the agent reads it.
    const paths = (name: string) =>
      (pod(name).containers[0]?.volumeMounts ?? [])
        .filter((each) => each.name === 'shared')
        .map(({ mountPath, subPath }) => `${subPath}:${mountPath}`);
    expect(paths('agent')).toEqual(paths('castellan'));
    expect(paths('agent')).toHaveLength(5);
    const claims = kept('PersistentVolumeClaim').map(({ metadata }) => metadata.name);
    for (const { volumes: used } of [pod('castellan'), own])
      for (const each of used)
        if ('persistentVolumeClaim' in each) expect(claims).toContain(each.persistentVolumeClaim.claimName);
  });
});
