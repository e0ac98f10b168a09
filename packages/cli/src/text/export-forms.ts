// The forms that `export --as` takes: those of contract, which the type holds. No package is loaded for it, because each start of
// the command reads it.
import type { ExportForm } from '@castellan/contract';

const FORMS: Readonly<Record<ExportForm, true>> = {
  jsonl: true,
  csv: true,
  ocsf: true,
  cef: true,
  syslog: true,
  'otlp-logs': true,
  'otlp-traces': true,
};

export const EXPORT_FORMS: readonly string[] = Object.keys(FORMS);
