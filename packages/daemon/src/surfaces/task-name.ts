// The name a person gave the task, percent-encoded in a header; an unreadable one is no name.
export function taskName(header: string | undefined): string | null {
  try {
    const name = decodeURIComponent(header ?? '').trim();
    return name === '' || !name.isWellFormed() ? null : name;
  } catch {
    return null;
  }
}
