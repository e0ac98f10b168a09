// What went wrong with a request, in one line for whoever wrote the program: no more of the network than its host.
export class WebFault extends Error {
  override readonly name = 'WebFault';
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export function webFault(host: string, error: unknown, signal: AbortSignal): string {
  if (error instanceof WebFault) return error.message;
  if (signal.aborted) return signal.reason instanceof WebFault ? signal.reason.message : 'it was cancelled';
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return `${host} does not take connections`;
  if (/^(ENOTFOUND|EAI_)/.test(code)) return `the host ${host} cannot be found`;
  if (/^E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL/.test(code)) return `there is no way to ${host}`;
  if (/^(ECONNRESET|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE)/.test(code)) return `${host} broke off`;
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code))
    return `the certificate of ${host} cannot be trusted (${code})`;
  if (/^(EPROTO|ERR_SSL)/.test(code)) return `${host} does not speak TLS`;
  if (/^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code)) return `the answer of ${host} cannot be unpacked`;
  return `${host} gave an answer that cannot be read${code === '' ? '' : ` (${code})`}`;
}
