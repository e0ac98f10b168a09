// Copies a text and says that it did.
import { ActionIcon, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  useEffect(() => {
    if (copied === 'no') return;
    const timer = setTimeout(() => setCopied('no'), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    // Browsers let a page write to the clipboard only over TLS or on this machine.
    void navigator.clipboard?.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  const said = { no: label, yes: 'Copied', failed: 'Could not copy: select the text instead' }[copied];
  return (
    <Tooltip label={said}>
      <ActionIcon aria-label={said} onClick={copy}>
        {copied === 'yes' ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
