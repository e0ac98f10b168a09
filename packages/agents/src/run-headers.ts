// What `castellan run` tells the daemon of the session it starts: it sets these variables, and whatever speaks for the agent
// (hook command, plug-in, `castellan mcp`) sends each that is set as a header. The daemon takes none of them as leave for anything.

/** Header → variable. */
export const RUN_VARIABLES = {
  /** The name of the task, percent-encoded. */
  'x-castellan-task': 'CASTELLAN_TASK',
  /** `deny`: nobody can be asked, so what needs a person is refused at once. */
  'x-castellan-confirm': 'CASTELLAN_CONFIRM',
  /** What this run calls itself: 16 to 64 unguessable letters and digits. */
  'x-castellan-run': 'CASTELLAN_RUN',
  /** CASTELLAN_RUN as the run that was started found it: the run within which it was. */
  'x-castellan-within': 'CASTELLAN_WITHIN',
} as const;

export type RunHeaders = { readonly [Name in keyof typeof RUN_VARIABLES]?: string };

/** The headers of a run, from the variables of whatever speaks for it. */
/** The headers that the variables of an environment become; one that is not set is none. */
export const runHeaders = (env: { readonly [name: string]: string | undefined }): RunHeaders =>
  Object.fromEntries(
    Object.entries(RUN_VARIABLES).flatMap(([header, variable]) => {
      const said = env[variable];
      return said === undefined || said === '' ? [] : [[header, said]];
    }),
  );
