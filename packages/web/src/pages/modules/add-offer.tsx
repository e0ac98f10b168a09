// What a server offers that is about to be added: its tools with what was found in them, and which of them the person calls
// safe. RULE: nothing is safe unless somebody says so here; what a shipped manifest sorts stays as it is.
import type { Definition, ModulePlan } from '@castellan/contract';
import { Button, Checkbox } from '@mantine/core';
import '@mantine/core/styles/Checkbox.layer.css';
import { useState } from 'react';
import { useAsk } from '../../connection/use-ask.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { ForeignText } from '../../kit/foreign-text.tsx';
import { Note } from '../../kit/note.tsx';
import { Prose } from '../../kit/prose.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { countText } from '../../kit/time-text.ts';
import { Differences, Findings } from './findings.tsx';
import { foundText, kindsOf, sortedNames } from './offer-model.ts';
import css from './servers.module.css';

export interface OfferProps {
  readonly plan: ModulePlan;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly onBack: () => void;
  readonly onAdd: (safe: readonly string[]) => void;
}

export function Offer({ plan, pending, failure, onBack, onAdd }: OfferProps) {
  const [safe, setSafe] = useState<ReadonlySet<string>>(new Set());
  const policy = useAsk('policy');
  const { lock, findings, differences, lints, manifest, sortedBy, byFileName } = plan;
  if (lock === null) return null;
  const sorted = sortedNames(policy.data, sortedBy);
  const of = ({ kind, name }: Definition) =>
    findings.filter((finding) => finding.definition === kind && finding.name === name);
  const elsewhere = findings.filter((finding) => !lock.definitions.some((each) => of(each).includes(finding)));
  const differsAs = ({ kind, name }: Definition) =>
    differences.filter((each) => each.definition === kind && each.name === name);
  const otherwise = differences.filter((one) => !lock.definitions.some((each) => differsAs(each).includes(one)));
  const beside = differences.length - otherwise.length;
  const mark = (name: string, on: boolean): void => {
    const next = new Set(safe);
    if (on) next.add(name);
    else next.delete(name);
    setSafe(next);
  };
  return (
    <>
      {sortedBy === null ? null : (
        <p>
          Its tools are sorted as <code>{sortedBy}</code> is, which comes with Castellan.
        </p>
      )}
      {byFileName === null || sortedBy !== null ? null : (
        <p>
          Its file is named like the server of <code>{byFileName.module}</code>, which comes with Castellan:{' '}
          <span className="mono">{seenText(byFileName.program)}</span>. You did not say that it is that server, so
          nothing is sorted as if it were.
        </p>
      )}
      {findings.length + beside + lints.length === 0 ? null : (
        <Note kind="warn" title="Look at these first">
          {findings.length + beside === 0 ? null : (
            <p>{foundText(findings.length, beside)}, each beside what it is about.</p>
          )}
          {lints.map((lint) => (
            <p key={lint}>
              <Prose text={lint} />
            </p>
          ))}
        </Note>
      )}
      <Differences differences={otherwise} />
      {lock.instructions === null ? null : (
        <section className={kit.stack}>
          <h4>What it tells the model</h4>
          <ForeignText text={lock.instructions} />
        </section>
      )}
      <Findings findings={elsewhere} />
      {kindsOf(lock.definitions).map(({ kind, title, all }) => (
        <section key={kind} className={kit.stack}>
          <h4>
            {title} ({all.length})
          </h4>
          <ul className={kit.rows}>
            {all.map((each) => (
              <li key={each.name} className={css.offered}>
                <p className={kit.name}>
                  <span className="mono">{seenText(each.name)}</span>
                </p>
                {typeof each.definition.description === 'string' && each.definition.description !== '' ? (
                  <ForeignText text={each.definition.description} />
                ) : null}
                <Differences differences={differsAs(each)} />
                <Findings findings={of(each)} />
                {kind !== 'tool' || sorted.has(each.name) ? null : (
                  <Checkbox
                    label="Safe: runs without asking"
                    aria-label={`${seenText(each.name)} is safe: runs without asking`}
                    checked={safe.has(each.name)}
                    disabled={pending}
                    onChange={(event) => mark(each.name, event.currentTarget.checked)}
                  />
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p>
        {safe.size === 0
          ? 'Every tool that is not called safe waits for a person at each call.'
          : `${countText(safe.size, 'tool')} will run without asking; every other one waits for a person at each call.`}{' '}
        From then on it is held to exactly this: whatever it says differently is held back.
      </p>
      <ErrorNote error={failure} />
      <div className={kit.actions}>
        <Button onClick={onBack} disabled={pending}>
          Back
        </Button>
        <Button variant="filled" loading={pending} onClick={() => onAdd([...safe])}>
          Add {manifest.name}
        </Button>
      </div>
    </>
  );
}
