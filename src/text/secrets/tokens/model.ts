import { BODY, LETTERS_AND_DIGITS, MIXED, RANDOM, type Rule, token } from "../rule.ts";

/** Tokens and keys of those who run models, by their documented prefixes. */
export function modelTokens() {
  // biome-ignore format: a row a line
  return {
    anthropic: token("sk-ant-", BODY, "sk-ant-api03-{80}-AA", "task-ant-colony-optimization"),
    openai: token("sk-", `(?:(?:proj|svcacct|admin|or-v1|helicone)-${BODY}|lf-[\\da-f-]{16,}|${MIXED})`, "sk-proj-{74}", "sk-fading-circle-extra-long-name"),
    google: token("AIza ya29. GOCSPX-", `${BODY}(?:\\.${BODY})?`, "AIza{35}", "AIzaShort ya29.x", ""),
    gemini: token("AQ.", "(?=[A-Za-z_-]{0,30}\\d)[\\w-]{30,}", "AQ.Ab8RN6{44}", "AQ.measured"),
    groq: token("gsk_", LETTERS_AND_DIGITS, "gsk_{52}", "gsk_some_long_function_name"),
    xai: token("xai-", LETTERS_AND_DIGITS, "xai-{80}", "xai-grok-4-fast-reasoning-latest"),
    perplexity: token("pplx-", LETTERS_AND_DIGITS, "pplx-{48}", "pplx-70b-online-chat-model"),
    replicate: token("r8_", "(?:[A-Za-z\\d]{37}(?![\\w-])|[A-Za-z\\d]{16,36}$)", "r8_{37}", "r8_unorm_texture_format"),
    together: token("tgp_v1_", RANDOM, "tgp_v1_{43}", "tgp_v1_some_long_name"),
    cerebras: token("csk-", LETTERS_AND_DIGITS, "csk-{48}", "csk-some-long-class-name"),
    nvidia: token("nvapi-", RANDOM, "nvapi-{64}", "nvapi-key-goes-here-please"),
    langsmith: token("lsv2_pt_ lsv2_sk_", "[\\da-f_]{16,}", "lsv2_pt_{32h}_{10h}", "lsv2_pt_token"),
    wandb: token("wandb_v1_", RANDOM, "wandb_v1_{77}", "wandb_v1_artifact_name"),
    pinecone: token("pcsk_", RANDOM, "pcsk_{5}_{63}", "pcsk_index"),
    bedrock: token("ABSK bedrock-api-key-", "(?:[\\w+/-]|%2[BF]){28,}(?:=|%3D){0,2}", "ABSKQmVkcm9ja0FQSUtleS{100}=", "bedrock-api-key-name"),
    "hugging-face": token("hf_ api_org_", "(?:[A-Za-z\\d]{30,}|\\w{16,}$)", "hf_{34}", "hf_AutoModelForCausalLM(x)"),
    fireworks: token("fw_", "(?=[A-Za-z]{0,16}\\d)[A-Za-z\\d]{20,30}(?![\\w-])", "fw_{24}", "fw_version_major"),
    elevenlabs: token("sk_", "[\\da-f]{40,}", "sk_{48h}", "sk_buff_head"),
    tavily: token("tvly-", RANDOM, "tvly-dev-{32}", "tvly-search"),
    firecrawl: token("fc-", "[\\da-f]{32}(?![\\w-])", "fc-{32h}", "fc-cache"),
    e2b: token("e2b_", "[\\da-f]{32,}", "e2b_{40h}", "e2b_sandbox"),
    jina: token("jina_", LETTERS_AND_DIGITS, "jina_{60}", "jina_embeddings_v2_base_en"),
    runpod: token("rpa_", "[A-Z\\d]{16,}[A-Za-z\\d]*", "rpa_{46u}", "rpa_robot"),
    llamacloud: token("llx-", LETTERS_AND_DIGITS, "llx-{48}", "llx-index"),
    posthog: token("phx_ phs_", RANDOM, "phx_{43}", "phx_component_factory"),
  } satisfies Record<string, Rule>;
}
