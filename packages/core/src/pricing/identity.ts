/** What an offering is called, by itself and by its aliases. */
export type NamedOffering = { provider: string; model: string; aliases: readonly string[] };

/** Finds the offering a provider and a model name mean; undefined where none or more than one does. */
export type OfferingLookup = (provider: string, model: string) => string | undefined;

/**
 * The one name Ratebook has for a provider that sources spell differently; a name without an entry is its own.
 * Two billing routes are two providers: Google's own API and Vertex AI stay apart.
 */
export function canonicalProvider(name: string): string {
  const lower = name.toLowerCase();
  return SPELLINGS.get(lower) ?? lower;
}

/**
 * A lookup by provider (in any known spelling) and model name or alias. A model's own name goes before any
 * alias; an alias that two offerings claim means neither.
 */
export function offeringLookup(offerings: readonly NamedOffering[]): OfferingLookup {
  const names = new Map<string, string>();
  const aliases = new Map<string, string | null>();
  for (const { provider, model, aliases: others } of offerings) {
    const id = `${provider}/${model}`;
    const canonical = canonicalProvider(provider);
    names.set(`${canonical}/${model}`, id);
    for (const alias of others) {
      const key = `${canonical}/${alias}`;
      const claimed = aliases.get(key);
      aliases.set(key, claimed === undefined || claimed === id ? id : null);
    }
  }
  return (provider, model) => {
    const key = `${canonicalProvider(provider)}/${model}`;
    return names.get(key) ?? aliases.get(key) ?? undefined;
  };
}

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    alibaba: ["dashscope", "qwen", "alibaba-cn"],
    assemblyai: ["assembly_ai"],
    azure: [
      "azure_ai",
      "azure-ai",
      "azure_openai",
      "azure-cognitive-services",
      "azure.ai.openai",
      "azure.ai.inference",
    ],
    bedrock: ["aws", "amazon-bedrock", "aws-bedrock", "bedrock_converse", "aws.bedrock"],
    cloudflare: ["cloudflare-workers-ai", "workers-ai"],
    cohere: ["cohere_chat"],
    deepseek: ["deepseek-ai"],
    elevenlabs: ["eleven_labs", "eleven-labs"],
    fal: ["fal_ai", "fal-ai"],
    fireworks: ["fireworks_ai", "fireworks-ai"],
    google: ["gemini", "google-gemini", "google-ai-studio", "google-gla", "google-genai", "gcp.gemini"],
    huggingface: ["hugging_face", "hf"],
    meta: ["meta-llama", "meta_llama", "llama"],
    minimax: ["minimaxai"],
    mistral: ["mistralai", "mistral_ai", "codestral", "text-completion-codestral"],
    moonshotai: ["moonshot", "moonshot-ai"],
    novita: ["novita-ai"],
    openai: ["text-completion-openai"],
    perplexity: ["perplexity-ai"],
    together: ["together_ai", "togetherai", "together-ai"],
    vercel: ["vercel_ai_gateway", "vercel-ai-gateway"],
    "vertex-ai": ["vertex_ai", "gcp.vertex_ai", "google-vertex", "google-vertex-ai"],
    voyage: ["voyageai", "voyage-ai"],
    xai: ["x-ai", "x_ai"],
    zai: ["z-ai", "zhipuai", "zhipu"],
  }).flatMap(([canonical, spellings]) => spellings.map((spelling) => [spelling, canonical] as const)),
);
