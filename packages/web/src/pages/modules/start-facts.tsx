// What is started, or where a server is. `${secret:NAME}` stands as it is written: no value of a secret comes to this page.
import { type Manifest, type ModuleSandbox, moduleReach } from '@castellan/contract';
import { Facts } from '../../kit/facts.tsx';
import { MarkedText } from '../../kit/marked-text.tsx';
import kit from '../../kit/rows.module.css';
import { seenText } from '../../kit/text-pieces.ts';
import { startLine } from './server-model.ts';

function Values({ values, between }: { readonly values: Readonly<Record<string, string>>; readonly between: string }) {
  return (
    <ul>
      {Object.entries(values).map(([name, value]) => (
        <li key={name} className="mono">
          {seenText(`${name}${between}${value}`)}
        </li>
      ))}
    </ul>
  );
}

export function StartFacts({
  start,
  sandbox,
}: {
  readonly start: Manifest['start'];
  readonly sandbox: ModuleSandbox | null;
}) {
  if (start.kind !== 'mcp' && start.kind !== 'mcp-http') return null;
  const some = (values: Readonly<Record<string, string>>): boolean => Object.keys(values).length > 0;
  return (
    <div className={kit.stack}>
      <MarkedText text={startLine(start)} />
      {start.kind === 'mcp' ? (
        <Facts
          facts={[
            some(start.env) ? ['Environment', <Values key="env" values={start.env} between="=" />] : null,
            start.pass.length === 0 ? null : ['Passed on', seenText(start.pass.join(', '))],
            start.cwd === undefined ? null : ['Folder', seenText(start.cwd)],
            ['May touch', seenText(moduleReach(sandbox))],
            start.package === undefined
              ? null
              : [
                  'Package',
                  <span key="package">
                    {seenText(`${start.package.name} ${start.package.version}`)}{' '}
                    <span className="mono muted">{seenText(start.package.integrity)}</span>
                  </span>,
                ],
          ]}
        />
      ) : (
        <Facts
          facts={[
            some(start.headers) ? ['Headers', <Values key="headers" values={start.headers} between=": " />] : null,
            start.signInHosts === undefined
              ? null
              : ['Signs in at', seenText(`${start.signInHosts.join(', ')} and nowhere else`)],
            start.clientId === undefined ? null : ['Client', seenText(start.clientId)],
            start.scopes.length === 0 ? null : ['Scopes asked for', seenText(start.scopes.join(', '))],
          ]}
        />
      )}
    </div>
  );
}
