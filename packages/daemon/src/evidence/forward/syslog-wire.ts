// The one way records leave by syslog: TLS after RFC 5425, the certificate checked against the name. INVARIANT: what is said to be
// sent was read: syslog acknowledges nothing, so each message batch has a connection of its own that we end, and only a receiver
// that ends it too, without a fault, had read everything up to that end.
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Clock } from '../../clock.ts';
import type { Delivered } from './delivered.ts';

export interface SyslogPost {
  readonly host: string;
  readonly port: number;
  /** Framed messages. */
  readonly message: string;
  readonly ca?: string;
  readonly timeoutMs: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly signal: AbortSignal;
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : 'unknown');

export function sendSyslog({ host, port, message, ca, timeoutMs, clock, signal }: SyslogPost): Promise<Delivered> {
  const { promise, resolve } = Promise.withResolvers<Delivered>();
  const at = `${host}:${port}`;
  const failed = (text: string): void => resolve({ kind: 'failed', text, afterMs: 0 });
  const socket = connect({
    host,
    port,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  });
  const stop = (): void => {
    failed('stopped');
    socket.destroy();
  };
  const cancel = clock.after(timeoutMs, () => {
    failed(`\`${at}\` did not take it in time`);
    socket.destroy();
  });
  signal.addEventListener('abort', stop, { once: true });
  socket.once('secureConnect', () => socket.end(message));
  socket.on('error', (error) => {
    const code = codeOf(error);
    failed(
      /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)
        ? `the certificate of \`${at}\` cannot be trusted (${code})`
        : `the connection to \`${at}\` broke off (${code})`,
    );
  });
  // Nothing is ever said to us; it must flow all the same for its end to be seen.
  socket.resume();
  socket.once('end', () => {
    if (socket.writableFinished) resolve({ kind: 'sent' });
    else failed(`\`${at}\` ended the connection before everything was sent`);
    socket.destroy();
  });
  socket.once('close', () => failed(`\`${at}\` closed the connection`));
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', stop);
    socket.destroy();
  });
}
