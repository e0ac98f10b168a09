// A command of ours for the person to type, with a button that copies it.
import { CopyButton } from './copy-button.tsx';
import css from './shell-line.module.css';

export function ShellLine({ command }: { readonly command: string }) {
  return (
    <div className={css.line}>
      <code>
        <span className={css.prompt} aria-hidden>
          ${' '}
        </span>
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
