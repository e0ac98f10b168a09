// The approval card, top to bottom as a person reads it: who and why, the sentence, what it would do, the thing itself, why
// it was asked, context; the answers stand below, always in sight. Nothing dangerous is below what must be scrolled to first.
import type { Approval, FactorProof, JsonObject } from '@castellan/contract';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { codeOf } from '../connection/failure.ts';
import { useMay } from '../connection/use-ask.ts';
import { EffectList } from '../kit/effect-list.tsx';
import { ReasonLine } from '../kit/reason-line.tsx';
import { RiskMarks } from '../kit/risk-mark.tsx';
import { seenText } from '../kit/text-pieces.ts';
import { Who } from '../kit/who.tsx';
import { shortId } from '../kit/words.ts';
import { type ApproveOptions, useAnswering } from './answering.tsx';
import { Answers, UndoBar } from './answers.tsx';
import css from './card.module.css';
import { Before, Flows } from './context-part.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { FactorPrompt } from './factor-prompt.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { Sentence } from './sentence.tsx';
import { isOver, Settled } from './settled.tsx';
import { Arguments, hasThing, Thing } from './thing.tsx';
import { TimeLeft, TimeLine, Waiting } from './time-left.tsx';
import { useKeys } from './use-keys.ts';
import { useSteady } from './use-steady.ts';

const REVERSIBLE: Readonly<Record<NonNullable<Approval['reversibility']>['kind'], string>> = {
  reversible: 'Can be undone',
  partly: 'Can be undone in part',
  not: 'Cannot be undone',
};

type Layer = 'none' | 'edit' | 'more' | 'factor';

function Head({ approval }: { readonly approval: Approval }) {
  const { agentName, subagent, session, taskTitle, createdAt, expiresAt, state } = approval;
  return (
    <header className={css.head}>
      <div className={css.who}>
        <p>
          <Who who={agentName} kind="agent" />
          {subagent === undefined ? null : <span className="muted"> · sub-agent {seenText(subagent)}</span>}
          <span className="muted"> · session {shortId(session)}</span>
        </p>
        <p className={css.task}>{taskTitle === '' ? 'Untitled task' : seenText(taskTitle)}</p>
      </div>
      {isOver(state) ? null : (
        <p className={css.time}>
          <Waiting since={createdAt} /> · <TimeLeft until={expiresAt} />
        </p>
      )}
    </header>
  );
}

function Evidence({
  approval,
  may,
  open,
  onToggle,
}: {
  readonly approval: Approval;
  /** Whether whoever looks is signed in and may answer. */
  readonly may: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const { effects, verdict, flows, before, factorNeeded, reversibility, state } = approval;
  const asked = verdict.reasons.filter(({ part }) => part !== 'advice');
  const advice = verdict.reasons.filter(({ part }) => part === 'advice');
  // A factor is needed as soon as anybody has one: here nobody has.
  const bare = may && !factorNeeded && !isOver(state) && asked.some(({ source }) => source === 'critical-rule');
  return (
    <>
      <section aria-label="What it would do">
        <EffectList effects={effects} />
        {reversibility === undefined ? null : (
          <p className={css.undone}>
            {REVERSIBLE[reversibility.kind]}: {seenText(reversibility.text)}
          </p>
        )}
      </section>
      <section className={css.thing} aria-label="The call itself">
        <Thing approval={approval} />
        <Arguments approval={approval} open={open} onToggle={onToggle} />
      </section>
      <section id="why" tabIndex={-1} className={css.why}>
        <h3>Why you are asked</h3>
        <ul>
          {asked.map((reason) => (
            <ReasonLine key={`${reason.source} ${reason.id}`} reason={reason} />
          ))}
        </ul>
        {bare ? (
          <p className={css.bare}>
            A Critical rule asks, and nobody here has a second factor yet: your sign-in alone approves this.{' '}
            <Link to="/settings">Add one</Link>
          </p>
        ) : null}
        {advice.length === 0 ? null : (
          <>
            <h3>Advice</h3>
            <ul>
              {advice.map((reason) => (
                <ReasonLine key={`${reason.source} ${reason.id}`} reason={reason} />
              ))}
            </ul>
          </>
        )}
      </section>
      <Flows flows={flows} />
      <Before before={before} />
    </>
  );
}

export function ApprovalCard({
  approval,
  simple = false,
  onBack,
  next,
  instead,
}: {
  readonly approval: Approval;
  /** The page of a link: approve or deny, nothing else. */
  readonly simple?: boolean;
  readonly onBack?: () => void;
  /** Shown when it is answered: on to the next one. */
  readonly next?: ReactNode;
  /** Stands where the answers would: one must sign in first. */
  readonly instead?: ReactNode;
}) {
  const answering = useAnswering();
  const mayResolve = useMay('approvals:resolve');
  const may = instead === undefined && (simple || mayResolve);
  const [layer, setLayer] = useState<Layer>('none');
  const [reasoning, setReasoning] = useState(false);
  const [open, setOpen] = useState<{ readonly id: string; readonly open: boolean } | null>(null);
  const [given, setGiven] = useState<ApproveOptions>({ once: true });
  const steady = useSteady(`${approval.id} ${approval.state.kind} ${approval.digest}`);
  const body = useRef<HTMLElement>(null);
  const progress = answering.progress(approval.id);
  const sending = progress.kind === 'sending' ? progress.what : null;
  const failure = progress.kind === 'failed' ? progress.failure : null;
  const over = isOver(approval.state);
  const answerable =
    may && !over && approval.state.kind === 'pending' && progress.kind !== 'undoable' && sending === null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another approval begins at its top
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [approval.id]);
  const send = async (options: ApproveOptions): Promise<void> => {
    if (await answering.approve(approval, options)) setLayer('none');
  };
  const approve = (options: ApproveOptions = { once: true }): void => {
    if (approval.factorNeeded && options.factor === undefined) {
      setGiven(options);
      setLayer('factor');
      return;
    }
    void send(options);
  };
  const deny = (reason: string | null): void => {
    setReasoning(false);
    answering.deny(approval, reason);
  };
  // The daemon may ask for a factor that was not needed when the card was made.
  useEffect(() => {
    if (codeOf(failure) === 'factor_required') setLayer('factor');
  }, [failure]);
  // Where nothing shows them better they stand open.
  const isOpen = open?.id === approval.id ? open.open : !hasThing(approval);
  const toggle = (): void => setOpen({ id: approval.id, open: !isOpen });
  const ready = answerable && steady;
  const showWhy = (): void => {
    const why = body.current?.querySelector<HTMLElement>('#why');
    why?.scrollIntoView({ block: 'start' });
    why?.focus({ preventScroll: true });
  };
  useKeys({
    a: ready ? () => approve() : undefined,
    d: ready ? () => deny(null) : undefined,
    r: ready ? () => setReasoning(true) : undefined,
    e: ready && !simple ? () => setLayer('edit') : undefined,
    g: ready && !simple ? () => setLayer('more') : undefined,
    u: progress.kind === 'undoable' ? () => answering.undo(approval) : undefined,
    w: showWhy,
    o: toggle,
  });

  return (
    <article className={css.card} aria-labelledby="card-sentence">
      {over ? null : <TimeLine from={approval.createdAt} until={approval.expiresAt} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: evidence that scrolls must be reached by the keyboard */}
      <section ref={body} className={css.body} tabIndex={0} aria-label="The approval">
        {onBack === undefined ? null : (
          <button type="button" className={css.back} onClick={onBack}>
            <ArrowLeft size={18} aria-hidden /> All that waits
          </button>
        )}
        <Head approval={approval} />
        <div>
          <h2 id="card-sentence" className={css.sentence}>
            <Sentence approval={approval} />
          </h2>
          {approval.phrasing === undefined ? null : (
            <p className={css.phrasing}>
              In the words of {approval.phrasing.model}, which may be wrong: {approval.phrasing.text}
            </p>
          )}
          <RiskMarks risk={approval.risk} />
        </div>
        {over ? <Settled approval={approval} actions={next} /> : null}
        {instead === undefined ? (
          <Evidence approval={approval} may={may && !simple} open={isOpen} onToggle={toggle} />
        ) : (
          // What is left out must not look as if there were nothing.
          <p className="muted">What it would do, and why it was asked, is shown to whoever signs in.</p>
        )}
      </section>
      {over ? null : instead !== undefined ? (
        instead
      ) : progress.kind === 'undoable' ? (
        <UndoBar deny={progress.deny} onUndo={() => answering.undo(approval)} />
      ) : (
        <Answers
          approval={approval}
          steady={steady}
          sending={sending}
          failure={layer === 'none' ? failure : null}
          may={may}
          reasoning={reasoning}
          simple={simple}
          onApprove={() => approve()}
          onDeny={deny}
          onReason={setReasoning}
          onEdit={() => setLayer('edit')}
          onMore={() => setLayer('more')}
        />
      )}
      <EditDialog
        key={`edit ${approval.id}`}
        approval={approval}
        opened={layer === 'edit' && !over}
        pending={sending === 'approve'}
        failure={failure}
        onApprove={(changed: JsonObject) => approve({ once: true, arguments: changed })}
        onClose={() => setLayer('none')}
      />
      <GrantDialog
        approval={approval}
        opened={layer === 'more' && !over}
        onTask={() => {
          setLayer('none');
          approve({ once: false });
        }}
        onGrant={(key) => {
          setLayer('none');
          approve({ once: true, grant: key });
        }}
        onClose={() => setLayer('none')}
      />
      <FactorPrompt
        key={`factor ${approval.id}`}
        approval={approval}
        edited={given.arguments}
        opened={layer === 'factor' && !over}
        pending={sending === 'approve'}
        failure={codeOf(failure) === 'factor_required' ? null : failure}
        onProof={(factor: FactorProof) => void send({ ...given, factor })}
        onClose={() => setLayer('none')}
      />
    </article>
  );
}
