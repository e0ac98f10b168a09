// Remote access: what is configured, and how to. It is switched on in the file, not from a page that it would open.
import { useAsk } from '../../connection/use-ask.ts';
import { Asked } from '../../kit/asked.tsx';
import { Facts, Verbatim } from '../../kit/facts.tsx';
import kit from '../../kit/rows.module.css';

const EXAMPLE = `remote:
  enabled: true
  address: https://castellan.example.org:9443
  tls:
    certificate: /etc/castellan/cert.pem
    key: /etc/castellan/key.pem
  allow: [192.168.1.0/24]
`;

export function RemoteAccess() {
  return (
    <Asked query={useAsk('status')}>
      {({ remote, addresses, stateFolder }) => (
        <div className={kit.wide}>
          <Facts
            facts={[
              ['Here', addresses.join(', ')],
              ['From elsewhere', remote ?? 'nobody: the remote listener is off'],
              ['Configured in', <code key="file">{stateFolder}/config.yaml</code>],
            ]}
          />
          <p>
            A second listener, for people only: agents do not exist there, and neither does the token of the command
            line. It needs TLS of its own, or a proxy that you name.
          </p>
          <Verbatim text={EXAMPLE} label="An example for config.yaml" />
          <p className={kit.note}>
            It takes effect as soon as the file is saved; what keeps it shut is among the alarms.
          </p>
        </div>
      )}
    </Asked>
  );
}
