// Settings: one's own account, people, tokens, notifications and the rest, a tab each.
import type { Permission } from '@castellan/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useMay } from '../../connection/use-ask.ts';
import { PageFrame } from '../../kit/page-frame.tsx';
import { Account } from './account.tsx';
import { Appearance } from './appearance.tsx';
import { ApprovalTimes } from './approval-times.tsx';
import { Channels } from './channels.tsx';
import { Copies } from './copies.tsx';
import { People } from './people.tsx';
import { Kept } from './records.tsx';
import { RemoteAccess } from './remote.tsx';
import { Service } from './service.tsx';
import css from './settings.module.css';
import { SignIns } from './sign-ins.tsx';
import { Tokens } from './tokens.tsx';

interface Tab {
  readonly id: string;
  readonly title: string;
  readonly needs: Permission;
  readonly draw: () => ReactNode;
}

const ACCOUNT: Tab = { id: 'account', title: 'Account', needs: 'account:self', draw: () => <Account /> };
const TABS: readonly Tab[] = [
  ACCOUNT,
  { id: 'sign-ins', title: 'Sign-ins', needs: 'account:self', draw: () => <SignIns /> },
  { id: 'people', title: 'People', needs: 'users:read', draw: () => <People /> },
  { id: 'tokens', title: 'API tokens', needs: 'api-tokens:read', draw: () => <Tokens /> },
  { id: 'notifications', title: 'Notifications', needs: 'channels:read', draw: () => <Channels /> },
  { id: 'approvals', title: 'Approvals', needs: 'policy:read', draw: () => <ApprovalTimes /> },
  { id: 'remote', title: 'Remote access', needs: 'status:read', draw: () => <RemoteAccess /> },
  { id: 'copies', title: 'Copies', needs: 'status:read', draw: () => <Copies /> },
  { id: 'records', title: 'Records', needs: 'ledger:read', draw: () => <Kept /> },
  { id: 'service', title: 'Service', needs: 'health:read', draw: () => <Service /> },
  { id: 'appearance', title: 'Appearance', needs: 'account:self', draw: () => <Appearance /> },
];

export function Page() {
  const { tab } = useSearch({ from: '/shell/settings' });
  const maySetUp = useMay('policy:write');
  const shown = TABS.find(({ id }) => id === tab) ?? ACCOUNT;
  return (
    <PageFrame title="Settings">
      <div className={css.settings}>
        <nav aria-label="Settings" className={css.tabs}>
          {TABS.map((each) => (
            <TabLink key={each.id} tab={each} current={each === shown} />
          ))}
          {maySetUp ? (
            <Link to="/setup" className={css.tab}>
              Set-up
            </Link>
          ) : null}
        </nav>
        <section aria-labelledby="shown-tab" className={css.shown}>
          <h2 id="shown-tab">{shown.title}</h2>
          {shown.draw()}
        </section>
      </div>
    </PageFrame>
  );
}

function TabLink({ tab, current }: { readonly tab: Tab; readonly current: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the tabs are a strip that is wider than the screen: the one that is open is among those that are seen.
  useEffect(() => {
    if (current) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  if (!useMay(tab.needs)) return null;
  return (
    <Link
      to="/settings"
      search={{ tab: tab.id }}
      className={css.tab}
      ref={link}
      {...(current ? { 'aria-current': 'page' } : {})}
    >
      {tab.title}
    </Link>
  );
}
