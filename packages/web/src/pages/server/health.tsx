// How a server fares: how many run, how often it ended by itself, how long it takes, and what it last wrote to its standard error.
import type { ModuleHealth } from '@castellan/contract';
import { Facts } from '../../kit/facts.tsx';
import { MarkedText } from '../../kit/marked-text.tsx';
import { Section } from '../../kit/page-frame.tsx';
import kit from '../../kit/rows.module.css';
import { countText } from '../../kit/time-text.ts';
import { When } from '../../kit/when.tsx';
import css from '../modules/servers.module.css';
import { tookText } from './words.ts';

export function Health({ health }: { readonly health: ModuleHealth }) {
  const { running, startedAt, retryAt, crashes, answered, failed, medianMs, protocol, stderr } = health;
  return (
    <Section title="Health" lead="Since Castellan was started.">
      <Facts
        facts={[
          [
            'Running',
            <span key="running">
              {running === 0 ? 'none' : countText(running, 'server')}
              {startedAt === null ? null : (
                <>
                  , the latest started <When at={startedAt} />
                </>
              )}
            </span>,
          ],
          ['Crashes', <span key="crashes">{crashes === 0 ? 'none' : crashes}</span>],
          retryAt === null ? null : ['Started again', <When key="retry" at={retryAt} />],
          ['Requests', `${answered} answered, ${failed} failed`],
          medianMs === null ? null : ['Median time', tookText(medianMs)],
          protocol === null ? null : ['Speaks', `MCP ${protocol}`],
        ]}
      />
      {stderr.length === 0 ? null : (
        <details className={kit.fold}>
          <summary>What it wrote last: {countText(stderr.length, 'line')} of its standard error</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by the keyboard */}
          <section className={css.stderr} tabIndex={0} aria-label="Standard error">
            <MarkedText text={stderr.join('\n')} />
          </section>
        </details>
      )}
    </Section>
  );
}
