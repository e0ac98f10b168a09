// The passwords that many people have: a list of about 50,000, read only when somebody chooses one and held only then.

/** Whether a text in lower case stands in the list. */
export async function commonPasswords(): Promise<(text: string) => boolean> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const list = new Set(dictionary['passwords-common']);
  return (text) => list.has(text);
}
