// An export of the records that the query finds: a form is chosen, then the file is put where downloads go. Who exported what stands
// in the ledger.
import { EXPORT_FORMS, type ExportForm } from '@castellan/contract';
import { Button, Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { now } from '../../clock.ts';
import { useConnection } from '../../connection/context.tsx';
import { Failure } from '../../connection/failure.ts';
import { Choice } from '../../kit/choice.tsx';
import { saveFile } from '../../kit/download.ts';
import { ErrorNote } from '../../kit/error-note.tsx';
import { Note } from '../../kit/note.tsx';
import kit from '../../kit/rows.module.css';
import { bytesText } from '../../kit/words.ts';

interface About {
  readonly label: string;
  readonly ending: string;
}
const FORMS: Readonly<Record<ExportForm, About>> = {
  jsonl: { label: 'JSON lines: every record as it stands', ending: 'jsonl' },
  csv: { label: 'CSV: for a spreadsheet', ending: 'csv' },
  ocsf: { label: 'OCSF: Open Cybersecurity Schema', ending: 'ocsf.jsonl' },
  cef: { label: 'CEF: for a SIEM', ending: 'cef' },
  syslog: { label: 'Syslog (RFC 5424)', ending: 'log' },
  'otlp-logs': { label: 'OpenTelemetry logs', ending: 'otlp-logs.jsonl' },
  'otlp-traces': { label: 'OpenTelemetry traces', ending: 'otlp-traces.jsonl' },
};

export function ExportDialog({
  q,
  opened,
  onClose,
}: {
  readonly q: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Export" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened ? <Form q={q} /> : null}
    </Modal>
  );
}

function Form({ q }: { readonly q: string }) {
  const { exportLedger } = useConnection();
  const [as, setAs] = useState<ExportForm>('jsonl');
  const [bytes, setBytes] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const ended = useRef<AbortController | null>(null);
  // A dialog that is closed wants no more of it.
  useEffect(() => () => ended.current?.abort(), []);
  const run = async (): Promise<void> => {
    const until = new AbortController();
    ended.current = until;
    const { signal } = until;
    setFailure(null);
    setSaved(null);
    setBytes(0);
    try {
      const answer = await exportLedger({ as, q, signal });
      if (!answer.ok) throw new Failure(answer.error);
      const parts: BlobPart[] = [];
      let read = 0;
      for await (const chunk of answer.value) {
        parts.push(new Uint8Array(chunk));
        read += chunk.length;
        setBytes(read);
      }
      const name = `castellan-${new Date(now()).toISOString().slice(0, 10)}.${FORMS[as].ending}`;
      saveFile(name, 'application/octet-stream', parts);
      setSaved(`${name}, ${bytesText(read)}`);
    } catch (error) {
      // A stream that broke off ends with an error: nothing short is ever saved as if it were whole.
      if (!signal.aborted) setFailure(error);
    } finally {
      setBytes(null);
    }
  };
  return (
    <div className={kit.form}>
      <p>
        {q === '' ? (
          'Every record of the ledger, oldest first.'
        ) : (
          <>
            Every record that fits <code>{q}</code>, oldest first.
          </>
        )}{' '}
        What was redacted stays redacted.
      </p>
      <Choice
        label="Form"
        value={as}
        options={EXPORT_FORMS.map((value) => ({ value, label: FORMS[value].label }))}
        onChange={(value) => setAs(EXPORT_FORMS.find((form) => form === value) ?? 'jsonl')}
      />
      <ErrorNote error={failure} />
      <div role="status">
        {bytes === null || bytes === 0 ? null : <p>{bytesText(bytes)} so far</p>}
        {saved === null ? null : <Note kind="good" title={`Saved: ${saved}`} />}
      </div>
      <div>
        <Button variant="filled" data-autofocus loading={bytes !== null} onClick={() => void run()}>
          Export
        </Button>
      </div>
    </div>
  );
}
