// What pure code must know of the world, as an interface: `facts` implements it over the real one, tests replace it.
import type { Config } from './config.ts';
import type { Place } from './effect.ts';
import type { Digest } from './ids.ts';
import type { Manifest } from './manifest.ts';
import type { LabelRule, Rule } from './rule.ts';

export interface PathFact {
  /** Absolute, through every symlink that exists and the nearest existing ancestor of what does not. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'device' | 'other' | 'missing';
  readonly place: Place;
}

export interface PathContext {
  readonly cwd: string;
  readonly workspace: string;
  /** One analysis: a name that was looked at for it is not looked at again. Absent: everything is looked at afresh. */
  readonly moment?: object;
}

export interface Facts {
  /** The user's home folder, absolute. */
  readonly home: string;
  /** Castellan's state folder, absolute and real. */
  readonly stateFolder: string;
  /** Where a path as an agent wrote it (relative, `~`, `..`, links) really leads. Never throws; what cannot be told is `elsewhere`. */
  resolvePath(path: string, context: PathContext): PathFact;
  /**
   * What a shell pattern (`*`, `?`, `[a-z]`; as bash without options) matches now, each match where it really leads; hidden
   * names only where the pattern names the dot. null: too many, unreadable, or no pattern that is understood. Never throws.
   */
  expandGlob(pattern: string, context: PathContext): readonly PathFact[] | null;
  /** Whether a write to this real path could be taken back: nothing is there, or version control holds exactly its bytes. */
  isUndoable(path: string, moment?: object): boolean;
  /** Whether the remotes of the repository around this real folder hold no name, password or token, as git would print them. */
  addressesAreBare(folder: string): boolean;
}

/** The policy folder and the embedded defaults, read and parsed, not yet compiled. */
export interface PolicySource {
  readonly config: Config;
  readonly manifests: readonly {
    /** File name relative to the policy folder, or `shipped/…`. */
    readonly source: string;
    readonly shipped: boolean;
    readonly digest: Digest;
    readonly manifest: Manifest;
  }[];
  readonly rules: readonly { readonly source: string; readonly shipped: boolean; readonly rule: Rule }[];
  readonly labels: readonly { readonly source: string; readonly shipped: boolean; readonly rule: LabelRule }[];
  /** Of everything above, in a canonical order: the policy version that records name. */
  readonly digest: Digest;
}
