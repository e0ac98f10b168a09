// Where one is signed in; an admin sees everybody. Ending one is at once, also for tokens that have not run out.
import { useAsk, useChange } from '../../connection/use-ask.ts';
import { Act } from '../../kit/act.tsx';
import { Asked } from '../../kit/asked.tsx';
import kit from '../../kit/rows.module.css';
import { Tag } from '../../kit/tag.tsx';
import { exactText } from '../../kit/time-text.ts';
import { useConfirm } from '../../kit/use-confirm.tsx';
import { When } from '../../kit/when.tsx';
import { clientWords, FACTOR_WORDS, signInsInOrder } from './model.ts';

export function SignIns() {
  const query = useAsk('signIns');
  const { ask, dialog } = useConfirm(useChange('revokeSignIn'));
  return (
    <>
      <Asked query={query}>
        {({ signIns }) => (
          <ul className={kit.rows} aria-label="Sign-ins">
            {signInsInOrder(signIns).map((one) => (
              <li key={one.id} className={kit.row}>
                <div className={kit.main}>
                  <p className={kit.name}>
                    {clientWords(one)}
                    {one.current ? <Tag tone="good">this one</Tag> : null}
                    {one.kind === 'program' ? <Tag>program</Tag> : null}
                  </p>
                  <p className={kit.note}>
                    {one.userName} from <span className="mono">{one.address}</span> · {FACTOR_WORDS[one.factor]}
                  </p>
                  <p className={kit.note}>
                    begun <When at={one.startedAt} />, last seen <When at={one.lastSeenAt} />, ends{' '}
                    <span title={exactText(one.expiresAt)}>
                      <When at={one.expiresAt} />
                    </span>
                  </p>
                </div>
                {one.current ? null : (
                  <Act
                    needs="account:self"
                    about={`${clientWords(one)} of ${one.userName}`}
                    onClick={() =>
                      ask({
                        title: 'End this sign-in?',
                        yes: 'End it',
                        danger: true,
                        input: { params: { id: one.id } },
                        body: <p>{clientWords(one)} must sign in again before it can do or see anything.</p>,
                      })
                    }
                  >
                    End
                  </Act>
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {dialog}
    </>
  );
}
