import { canonicalProvider } from "@ratebook/core";

/**
 * Ratebook's name of a provider as a source writes it: the canonical one, lower case, without "_" or blanks.
 *
 * Catalogues also file models under routes of their own making ("vertex_ai-language-models", "azure_text");
 * those that send the same bill are joined here, before the spellings core knows.
 */
export function providerName(written: string): string {
  const plain = written.trim().toLowerCase().replace(/\s+/g, "-");
  const biller = plain.startsWith("vertex_ai-") ? "vertex_ai" : (SAME_BILL.get(plain) ?? plain);
  return canonicalProvider(biller).replaceAll("_", "-");
}

const SAME_BILL = new Map([
  ["palm", "google"],
  ["azure_text", "azure"],
  ["fireworks_ai-embedding-models", "fireworks_ai"],
  ["text-completion-inception", "inception"],
]);
