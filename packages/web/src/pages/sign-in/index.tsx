// Being made: sign-in.
export function Page() {
  return <p>sign-in</p>;
}
