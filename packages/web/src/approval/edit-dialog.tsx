// Other arguments instead: what the person changes is marked, and what runs is exactly that.
import type { Approval, JsonObject } from '@castellan/contract';
import { jsonObjectSchema } from '@castellan/contract';
import { Button, Modal } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { ErrorNote } from '../kit/error-note.tsx';
import { Note } from '../kit/note.tsx';
import { Skeleton } from '../kit/skeleton.tsx';
import css from './edit-dialog.module.css';

const CodeEditor = lazy(() => import('../kit/code-editor.tsx').then(({ CodeEditor }) => ({ default: CodeEditor })));

const written = (given: JsonObject): string => JSON.stringify(given, null, 2);

/** The arguments, or what is wrong with the text. */
export function argumentsOf(
  text: string,
): { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
  const parsed = jsonObjectSchema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, why: 'arguments are a JSON object: `{ … }`' };
}

export function EditDialog({
  approval,
  opened,
  pending,
  failure,
  onApprove,
  onClose,
}: {
  readonly approval: Approval;
  readonly opened: boolean;
  readonly pending: boolean;
  readonly failure: unknown;
  readonly onApprove: (given: JsonObject) => void;
  readonly onClose: () => void;
}) {
  const was = written(approval.arguments);
  const [text, setText] = useState(was);
  const given = argumentsOf(text);
  const same = given.ok && written(given.value) === was;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={760}
      title="Approve with other arguments"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={css.body}>
        <p className="muted">What you change here is decided anew, runs instead, and is told to the agent.</p>
        <Suspense fallback={<Skeleton lines={6} />}>
          <CodeEditor value={text} onChange={setText} language="json" label="Arguments" was={was} autoFocus />
        </Suspense>
        {given.ok ? null : (
          <Note kind="warn" title="This is no JSON object yet">
            {given.why}
          </Note>
        )}
        <ErrorNote error={failure} />
      </div>
      <div className={css.answers}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="filled"
          disabled={!given.ok || same}
          loading={pending}
          onClick={() => {
            if (given.ok) onApprove(given.value);
          }}
        >
          {same ? 'Nothing is changed yet' : 'Approve with these'}
        </Button>
      </div>
    </Modal>
  );
}
