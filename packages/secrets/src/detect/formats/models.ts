// Keys of model providers and of what stands round them.
import type { TokenFormat } from '../format.ts';

const ANTHROPIC = 'docs.anthropic.com/en/api/admin-api/apikeys';
const OPENAI = 'platform.openai.com/docs/api-reference/authentication';
const LANGSMITH =
  'docs.smith.langchain.com/administration/how_to_guides/organization_management/create_account_api_key';

export const MODELS: readonly TokenFormat[] = [
  { id: 'anthropic-key', shapes: ['sk-ant-api03-{b93}AA'], source: ANTHROPIC },
  { id: 'anthropic-admin-key', shapes: ['sk-ant-admin01-{b93}AA'], source: ANTHROPIC },
  {
    id: 'anthropic-oauth-token',
    shapes: ['sk-ant-oat01-{b95}', 'sk-ant-ort01-{b95}', 'sk-ant-sid01-{b95-120}'],
    source: ANTHROPIC,
  },
  { id: 'openai-key', shapes: ['sk-{w20}T3BlbkFJ{w20}', 'sk-{w48}'], source: OPENAI },
  {
    id: 'openai-project-key',
    shapes: ['sk-proj-{b40-250}', 'sk-svcacct-{b40-250}', 'sk-admin-{b40-250}', 'sk-None-{b40-250}'],
    source: OPENAI,
  },
  { id: 'openai-session', shapes: ['sess-{w40}'], source: OPENAI },
  { id: 'openrouter-key', shapes: ['sk-or-v1-{h64}'], source: 'openrouter.ai/docs/api-reference/authentication' },
  { id: 'deepseek-key', shapes: ['sk-{h32}'], source: 'api-docs.deepseek.com' },
  { id: 'stability-key', shapes: ['sk-{w50-52}'], source: 'platform.stability.ai/docs/getting-started/authentication' },
  {
    id: 'hugging-face-token',
    shapes: ['hf_{a34}', 'hf_{w34-40}', 'hf_oauth_{w20-200}', 'hf_jwt_{p40-2000}'],
    source: 'huggingface.co/docs/hub/security-tokens',
  },
  { id: 'hugging-face-org-token', shapes: ['api_org_{a34}'], source: 'huggingface.co/docs/hub/security-tokens' },
  { id: 'groq-key', shapes: ['gsk_{w52}'], source: 'console.groq.com/docs/quickstart' },
  { id: 'xai-key', shapes: ['xai-{w80}'], source: 'docs.x.ai/docs/tutorial' },
  { id: 'perplexity-key', shapes: ['pplx-{w48}', 'pplx-{w56}'], source: 'docs.perplexity.ai/guides/getting-started' },
  { id: 'replicate-token', shapes: ['r8_{w37}'], source: 'replicate.com/docs/topics/security/api-tokens' },
  {
    id: 'fireworks-key',
    shapes: ['fw_{w22-24}', 'fpk_{w24-48}'],
    needsName: true,
    source: 'docs.fireworks.ai/api-reference/introduction',
  },
  { id: 'together-key', shapes: ['tgp_v1_{b43}'], source: 'docs.together.ai/docs/quickstart' },
  { id: 'cerebras-key', shapes: ['csk-{n48}'], source: 'inference-docs.cerebras.ai' },
  { id: 'nvidia-key', shapes: ['nvapi-{b60-70}'], source: 'docs.api.nvidia.com' },
  {
    id: 'voyage-key',
    shapes: ['pa-{b43}'],
    needsName: true,
    source: 'docs.voyageai.com/docs/api-key-and-installation',
  },
  { id: 'pinecone-key', shapes: ['pcsk_{w5-8}_{w40-80}'], source: 'docs.pinecone.io/guides/projects/manage-api-keys' },
  { id: 'langsmith-key', shapes: ['lsv2_pt_{h32}_{h10}', 'lsv2_sk_{h32}_{h10}', 'ls__{h32}'], source: LANGSMITH },
  { id: 'langfuse-key', shapes: ['sk-lf-{h8}-{h4}-{h4}-{h4}-{h12}'], plain: true, source: 'langfuse.com/docs/sdk' },
  { id: 'tavily-key', shapes: ['tvly-{b30-50}'], source: 'docs.tavily.com/documentation/quickstart' },
  {
    id: 'firecrawl-key',
    shapes: ['fc-{h32}'],
    needsName: true,
    source: 'docs.firecrawl.dev/api-reference/introduction',
  },
  { id: 'jina-key', shapes: ['jina_{h32}{b28}'], source: 'jina.ai/api-dashboard' },
  { id: 'elevenlabs-key', shapes: ['sk_{h48}'], source: 'elevenlabs.io/docs/api-reference/authentication' },
  {
    id: 'wandb-key',
    shapes: ['wandb_v1_{b40-120}', 'local-{h40}'],
    needsName: true,
    source: 'docs.wandb.ai/guides/track/environment-variables',
  },
  {
    id: 'modal-token',
    shapes: ['ak-{w22}', 'as-{w22}'],
    needsName: true,
    source: 'modal.com/docs/reference/modal.config',
  },
  { id: 'e2b-key', shapes: ['e2b_{h40}'], source: 'e2b.dev/docs/api-key' },
  { id: 'helicone-key', shapes: ['sk-helicone-{n7}-{n7}-{n7}-{n7}'], source: 'docs.helicone.ai' },
  { id: 'litellm-key', shapes: ['sk-litellm-{w20-40}'], source: 'docs.litellm.ai/docs/proxy/virtual_keys' },
];
