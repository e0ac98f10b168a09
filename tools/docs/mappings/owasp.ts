// The two lists of ten that OWASP keeps for agents and for MCP, each item answered.
import { type Answer, held, partly } from './answer.ts';

export interface Item {
  readonly id: string;
  readonly title: string;
  readonly answer: Answer;
}

/** Top 10 for Agentic Applications, 2026. */
export const AGENTIC: readonly Item[] = [
  {
    id: 'ASI01',
    title: 'Agent Goal Hijack',
    answer: partly(
      'G-C01 G-C03 G-C07 P5 P6 M5',
      'what an agent wants is not read; what it then does is decided by effect, and private content is found again in what leaves. Retold content is not',
    ),
  },
  {
    id: 'ASI02',
    title: 'Tool Misuse and Exploitation',
    answer: held(
      'G-S01 P1 P11 G-C02 G-C03 G-S06 D2 U1',
      'decided by what a call would do, however it is spelt; a command is named and not followed into what it starts',
    ),
  },
  {
    id: 'ASI03',
    title: 'Identity and Privilege Abuse',
    answer: held('A5 A4 K8 X4 X5 I1', 'without walls or a second user an agent has the rights of its user'),
  },
  {
    id: 'ASI04',
    title: 'Agentic Supply Chain Vulnerabilities',
    answer: held('M3 P10 G-C06 S3 M4', 'what a pinned package imports from elsewhere is not pinned'),
  },
  {
    id: 'ASI05',
    title: 'Unexpected Code Execution (RCE)',
    answer: held('G-C06 S1 S5 S7 I2', 'a yes to a build lets it run whatever it starts; walls hold that'),
  },
  {
    id: 'ASI06',
    title: 'Memory and Context Poisoning',
    answer: partly(
      'M3 M5 G-S05 L1',
      'descriptions and results are looked through and marked as untrusted; an agent’s own memory is its client’s',
    ),
  },
  {
    id: 'ASI07',
    title: 'Insecure Inter-Agent Communication',
    answer: partly(
      'A5 G-C08 K8 M6',
      'agents talk through Castellan by their own credentials alone; a channel that two agents have beside it is not seen',
    ),
  },
  {
    id: 'ASI08',
    title: 'Cascading Failures',
    answer: held('K2 G-S06 M4 D1 D2 R3', 'no answer is a no; budgets and a stop of everything at once'),
  },
  {
    id: 'ASI09',
    title: 'Human-Agent Trust Exploitation',
    answer: held(
      'H1 H5 H10 H12 U1',
      'whoever approves because they were persuaded has approved; they see the call, and not the agent’s words for it',
    ),
  },
  { id: 'ASI10', title: 'Rogue Agents', answer: held('R3 X6 I6 L2 A5 I4') },
];

/** MCP Top 10, 2025. */
export const MCP: readonly Item[] = [
  { id: 'MCP01', title: 'Token Mismanagement and Secret Exposure', answer: held('A4 G-S02 X1 X2 X4 M6') },
  {
    id: 'MCP02',
    title: 'Privilege Escalation via Scope Creep',
    answer: held('H8 P5 A13 M6', 'grants always end; scopes of a sign-in are named when a server is added'),
  },
  {
    id: 'MCP03',
    title: 'Tool Poisoning',
    answer: partly(
      'M3 P10 M5',
      'words are pinned and looked through; of poisoned descriptions that others wrote about five in six were found, and a person looks at each',
    ),
  },
  { id: 'MCP04', title: 'Supply Chain Attacks and Dependency Tampering', answer: held('M3 G-C06 P10') },
  { id: 'MCP05', title: 'Command Injection and Execution', answer: held('G-S01 G-C06 P11 M4 I2') },
  {
    id: 'MCP06',
    title: 'Intent Flow Subversion',
    answer: partly('G-C01 G-C03 G-C07', 'the gate holds what comes of it; that the agent was turned is not noticed'),
  },
  { id: 'MCP07', title: 'Insufficient Authentication and Authorization', answer: held('A1 A2 A5 N1 N3 M6') },
  { id: 'MCP08', title: 'Lack of Audit and Telemetry', answer: held('L1 L2 L5 L6 R5') },
  {
    id: 'MCP09',
    title: 'Shadow MCP Servers',
    answer: partly(
      'M1 M3 K6',
      'servers that a client starts by itself are seen by its hooks and named by `castellan modules import`; one that a client without hooks starts is not',
    ),
  },
  {
    id: 'MCP10',
    title: 'Context Injection and Over-Sharing',
    answer: held('M5 X2 X3 G-C01', 'each agent has its own sessions with servers; results are redacted and cut'),
  },
];
