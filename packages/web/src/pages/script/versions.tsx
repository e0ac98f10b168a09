// Every version of a script, newest first: who wrote it, who answered, and what became of it.
import type { ScriptVersion } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { When } from '../../kit/when.tsx';
import { Answered } from '../../scripts/answered.tsx';
import { By } from '../../scripts/by.tsx';
import { shortDigest, versionPlace } from '../../scripts/model.ts';
import { VersionTag } from '../../scripts/state-tag.tsx';
import { Restore } from './restore.tsx';

export function Versions({ versions }: { readonly versions: readonly ScriptVersion[] }) {
  const newest = versions.toSorted((a, b) => b.number - a.number);
  return (
    <ul className={kit.rows} aria-label="Versions">
      {newest.map((version) => (
        <li key={version.digest} className={kit.row}>
          <div className={kit.main}>
            <p className={kit.name}>
              <Link to="/scripts/$name/versions/$digest" params={versionPlace(version.script, version.digest)}>
                Version {version.number}
              </Link>
              <VersionTag state={version.state} />
            </p>
            {version.note === '' ? null : <p>{seenText(version.note)}</p>}
            <p className={kit.note}>
              Proposed by <By who={version.author} />, <When at={version.proposedAt} />
              <Answered state={version.state} />
              {' · '}
              <span className="mono" title={version.digest}>
                {shortDigest(version.digest)}
              </span>
            </p>
          </div>
          <div className={kit.actions}>
            <Restore version={version} />
          </div>
        </li>
      ))}
    </ul>
  );
}
