// One module: its level, whether its manifest is believed, and its tools, each with what it is and what a call of it gets.
import type { Preset } from '@castellan/contract';
import { PRESET_LEVELS } from '@castellan/contract';
import { Act } from '../../kit/act.tsx';
import fold from '../../kit/fold-list.module.css';
import { Note } from '../../kit/note.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { LevelChoice } from './level-choice.tsx';
import { KIND_MEANS, KIND_WORDS, type Module, moduleWords, type ToolRow } from './model.ts';
import css from './modules.module.css';
import { ToolLevel } from './tool-level.tsx';
import type { AskChange } from './use-policy-change.tsx';

export function OneModule({
  module,
  rows,
  open,
  preset,
  ask,
}: {
  readonly module: Module;
  readonly rows: readonly ToolRow[];
  readonly open: boolean;
  readonly preset: Preset;
  readonly ask: AskChange;
}) {
  const { name, title, version } = module.manifest;
  return (
    <details className={fold.item} open={open} id={name}>
      <summary>
        <span className={kit.main}>
          <span className={kit.name}>
            {title}
            {module.accepted ? null : <Tag tone="warn">manifest not accepted</Tag>}
          </span>
          <span className={kit.note}>{moduleWords({ module, rows })}</span>
        </span>
        <OutcomeMark outcome={module.level} />
      </summary>
      <div className={`${fold.inside} ${css.inside}`}>
        {module.accepted ? null : <Unaccepted module={module} ask={ask} />}
        <div className={fold.line}>
          <p className={kit.note}>
            <span className="mono">{name}</span> {version} · {module.source}
          </p>
          <LevelChoice
            label={`Level of ${title}`}
            set={module.levelSet ? module.level : null}
            inherited={`preset (${PRESET_LEVELS[preset]})`}
            onChange={(level) =>
              ask({
                title: `Change ${title}?`,
                yes: 'Change the level',
                change: { change: 'level', module: name, level },
              })
            }
          />
        </div>
        <ul>
          {rows.map((row) => (
            <li key={row.name} id={`${name}/${row.name}`} tabIndex={-1} className={fold.line}>
              <Tool row={row} ask={ask} />
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Tool({ row, ask }: { readonly row: ToolRow; readonly ask: AskChange }) {
  const { name, label, kind, scope } = row;
  return (
    <>
      <div className={kit.main}>
        <p>{label}</p>
        <p className={kit.note}>
          <span className="mono">{name}</span> · <span title={KIND_MEANS[kind]}>{KIND_WORDS[kind]}</span>
          {scope === null ? '' : scope === 'per-task' ? ' · one answer for the task' : ' · each call'}
        </p>
      </div>
      <ToolLevel row={row} ask={ask} />
    </>
  );
}

/** What a person is told of a manifest that nobody accepted as it is, with the button that does. */
export function Unaccepted({ module, ask }: { readonly module: Module; readonly ask: AskChange }) {
  const { name, title } = module.manifest;
  return (
    <Note
      kind="warn"
      title="Nobody has accepted this manifest as it is now"
      actions={
        <Act
          needs="policy:write"
          about={title}
          onClick={() =>
            ask({
              title: `Accept the manifest of ${title}?`,
              yes: 'Accept this manifest',
              change: { change: 'accept', module: name, digest: module.digest },
              more: <p className="mono">{module.digest}</p>,
            })
          }
        >
          Accept it
        </Act>
      }
    >
      <p>Until then each of its tools counts as one nobody classified: every call waits for a person.</p>
      <p className="mono">{module.digest}</p>
    </Note>
  );
}
