import { type Count, plus, type UsageReader } from "./usage-reader.ts";

/** Searches a provider ran and bills by the call, under the names OpenRouter, Anthropic, Perplexity and xAI use. */
export function searches(usage: UsageReader): Count {
  const tools = usage.group("server_tool_use");
  // https://docs.claude.com/en/docs/agents-and-tools/tool-use/web-fetch-tool: fetching costs tokens only.
  tools.ignore("web_fetch_requests");
  const calls = usage.group("server_side_tool_usage_details");
  const sources = usage.count("num_sources_used");
  const called = plus(calls.count("web_search_calls"), calls.count("x_search_calls"));
  return plus(
    tools.count("web_search_requests"),
    usage.count("num_search_queries"),
    // xAI's live search bills by source; where it reports calls, those are billed and sources are not.
    usage.has("server_side_tool_usage_details") ? called : sources,
  );
}
