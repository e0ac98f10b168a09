// What a package says it needs is what it imports: no more, so that nothing ships unused; no less, so that it works alone.
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';
import { packageFolders, readRoot, SOURCES, type SourceFile, sourceFile } from './lib/source.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (name: string): Manifest => JSON.parse(readRoot(`packages/${name}/package.json`)) as Manifest;

/** `@scope/name` or `name` of a bare specifier; undefined for relative ones and built-ins. */
function dependencyOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:|#)/.test(specifier) || builtinModules.includes(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What a declared package asks for beside itself: it is used by being there. */
function peersOf(declared: ReadonlySet<string>): ReadonlySet<string> {
  const lock = JSON.parse(readRoot('package-lock.json')) as {
    packages: Readonly<Record<string, { readonly peerDependencies?: Readonly<Record<string, string>> }>>;
  };
  return new Set(
    [...declared].flatMap((name) => Object.keys(lock.packages[`node_modules/${name}`]?.peerDependencies ?? {})),
  );
}

function differences(manifest: Manifest, files: readonly SourceFile[]): readonly string[] {
  const declared = new Set(Object.keys(manifest.dependencies ?? {}));
  const peers = peersOf(declared);
  const imported = new Set(
    files.flatMap((file) => file.imports.flatMap(({ specifier }) => dependencyOf(specifier) ?? [])),
  );
  return [
    ...[...imported].filter((name) => !declared.has(name)).map((name) => `${manifest.name} imports ${name} undeclared`),
    ...[...declared]
      .filter((name) => !imported.has(name) && !peers.has(name))
      .map((name) => `${manifest.name} declares ${name} unused`),
  ];
}

const written = packageFolders().filter((name) => SOURCES.some((file) => file.package === name));

test.for(written)('%s declares exactly what it imports', (name) => {
  const files = SOURCES.filter((file) => file.package === name);
  expect(files.length).toBeGreaterThan(0);
  expect(differences(manifestOf(name), files)).toEqual([]);
});

test.for(written)('%s references the projects of its dependencies', (name) => {
  const tsconfig = JSON.parse(readRoot(`packages/${name}/tsconfig.json`)) as {
    references: readonly { path: string }[];
  };
  const wanted = Object.keys(manifestOf(name).dependencies ?? {}).filter((each) => each.startsWith('@castellan/'));
  expect(tsconfig.references.map(({ path }) => path.replace('../', '@castellan/')).toSorted()).toEqual(
    wanted.toSorted(),
  );
});

test('third-party versions are exact, so that what was tested is what is installed', () => {
  const versions = ['package.json', ...packageFolders().map((name) => `packages/${name}/package.json`)].flatMap(
    (path) => {
      const manifest = JSON.parse(readRoot(path)) as Manifest & { devDependencies?: Record<string, string> };
      return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    },
  );
  expect(versions.length).toBeGreaterThan(0);
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/.test(version))).toEqual([]);
});

interface LockEntry {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What `npm ci` would refuse, or what names a place: optional dependencies that are missing, addresses. */
function lockFaults(packages: Readonly<Record<string, LockEntry>>): readonly string[] {
  return Object.entries(packages).flatMap(([path, { link, resolved, optionalDependencies = {} }]) => [
    ...(resolved !== undefined && link !== true ? [`${path} says where it was downloaded`] : []),
    ...Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map((name) => `${path} needs ${name} in the lock file: a registry without it made npm leave it out`),
  ]);
}

test('package-lock.json is whole for every platform and names no address', () => {
  const { packages } = JSON.parse(readRoot('package-lock.json')) as { packages: Record<string, LockEntry> };
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(lockFaults(packages)).toEqual([]);
});

test('the law goes red', () => {
  expect(lockFaults({ 'node_modules/a': { optionalDependencies: { b: '1.0.0' } } }).length).toBe(1);
  expect(lockFaults({ 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } }).length).toBe(1);
  const file = sourceFile(
    'packages/policy/src/x.ts',
    "import { z } from 'zod/v4'; import fs from 'node:fs'; import './y.ts';",
  );
  expect(differences({ name: 'policy', dependencies: {} }, [file])).toEqual(['policy imports zod undeclared']);
  expect(differences({ name: 'policy', dependencies: { zod: '1.0.0', yaml: '1.0.0' } }, [file])).toEqual([
    'policy declares yaml unused',
  ]);
});
