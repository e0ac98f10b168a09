// One module: its level, whether its manifest is believed, and its tools, each with what it is and what a call of it gets.
import type { Level, Preset } from '@castellan/contract';
import { PRESET_LEVELS } from '@castellan/contract';
import { useMay } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Choice } from '../../kit/choice.tsx';
import { Note } from '../../kit/note.tsx';
import { OutcomeMark } from '../../kit/outcome-mark.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import {
  FROM_WORDS,
  KIND_MEANS,
  KIND_WORDS,
  LEVEL_WORDS,
  LEVELS,
  type Module,
  moduleWords,
  type ToolRow,
} from './model.ts';
import css from './modules.module.css';
import type { AskChange } from './use-policy-change.tsx';

const INHERIT = 'inherit';

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
    <details className={css.module} open={open} id={name}>
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
      <div className={css.inside}>
        {module.accepted ? null : <Unaccepted module={module} ask={ask} />}
        <div className={css.tool}>
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
            <li key={row.name} id={`${name}/${row.name}`} tabIndex={-1} className={css.tool}>
              <Tool row={row} ask={ask} />
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Tool({ row, ask }: { readonly row: ToolRow; readonly ask: AskChange }) {
  const { module, name, label, kind, scope, set, inForce, from } = row;
  return (
    <>
      <div className={kit.main}>
        <p>{label}</p>
        <p className={kit.note}>
          <span className="mono">{name}</span> · <span title={KIND_MEANS[kind]}>{KIND_WORDS[kind]}</span>
          {scope === null ? '' : scope === 'per-task' ? ' · one answer for the task' : ' · each call'}
        </p>
      </div>
      <p className={css.force}>
        <OutcomeMark outcome={inForce} />
        <span className={kit.note}>{FROM_WORDS[from]}</span>
      </p>
      <LevelChoice
        label={`Level of ${module}/${name}`}
        set={set}
        inherited={kind === 'safe' ? 'inherit (safe)' : 'inherit'}
        onChange={(level) =>
          ask({
            title: `Change ${label.charAt(0).toLowerCase()}${label.slice(1)}?`,
            yes: 'Change the level',
            change: { change: 'level', module, tool: name, level },
          })
        }
      />
    </>
  );
}

function LevelChoice({
  label,
  set,
  inherited,
  onChange,
}: {
  readonly label: string;
  readonly set: Level | null;
  readonly inherited: string;
  readonly onChange: (level: Level | null) => void;
}) {
  const may = useMay('policy:write');
  if (!may) return null;
  return (
    <div className={css.level}>
      <Choice
        hidden
        label={label}
        value={set ?? INHERIT}
        options={[
          { value: INHERIT, label: inherited },
          ...LEVELS.map((level) => ({ value: level, label: `${level}: ${LEVEL_WORDS[level]}` })),
        ]}
        onChange={(value) => onChange(LEVELS.find((level) => level === value) ?? null)}
      />
    </div>
  );
}

function Unaccepted({ module, ask }: { readonly module: Module; readonly ask: AskChange }) {
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
