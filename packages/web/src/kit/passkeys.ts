// Where a browser lets a page use passkeys: in a secure context whose address is a name. An IP address is none.

const IS_ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/;

export const mayUsePasskeys = ({ hostname }: Pick<Location, 'hostname'>): boolean =>
  !IS_ADDRESS.test(hostname) && isSecureContext && 'PublicKeyCredential' in globalThis;

/** The same page at this machine's name. */
export function namedAddress({ href }: Pick<Location, 'href'>): string {
  const address = new URL(href);
  address.hostname = 'localhost';
  return address.href;
}
