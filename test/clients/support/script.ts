// The scripted model's prompt, as the product's own canary model reads it.
export interface Call {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}
export interface CanaryScript {
  /** The calls of one turn run in parallel. */
  readonly turns: readonly (readonly Call[])[];
  readonly text: string;
}

export const canaryPrompt = (script: CanaryScript): string => `castellan-canary:${JSON.stringify(script)}`;

export const bash = (command: string): Call => ({ tool: 'Bash', input: { command, description: 'scripted' } });
/** One call a turn; the closing text shows what the last one gave the model. */
export const calls = (...list: readonly Call[]): CanaryScript => ({
  turns: list.map((call) => [call]),
  text: 'model saw: {{result}}',
});
export const subagent = (script: CanaryScript): Call => ({
  tool: 'Agent',
  input: {
    description: 'scripted',
    prompt: canaryPrompt(script),
    subagent_type: 'general-purpose',
    run_in_background: false,
  },
});
