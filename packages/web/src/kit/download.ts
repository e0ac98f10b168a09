// Hands a file to the browser, which asks or puts it where downloads go. Nothing is sent anywhere.

/** @param parts in order; whatever is large should be given as pieces, so that it is never one string. */
export function saveFile(name: string, type: string, parts: readonly BlobPart[]): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of it once the press is over.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
