import type { DemoCredentials } from "./seed-demo.ts";

/** Sold from the first start on: the curated list names it. */
export const DEMO_OFFERING = "openai/gpt-5.4-nano";

/** What a start prints once requests are answered and prices are loaded. */
export function readyMessage(url: string, demo: DemoCredentials | null, credentialsFile: string): string {
  const lines = [`Ratebook is ready at ${url}`, ""];
  if (demo === null) {
    lines.push(
      "To sign in, make an operator:   npm run ratebook -- create-operator --email you@example.com",
      "To call the API, make a key:    npm run ratebook -- create-key --help",
    );
  } else {
    lines.push(
      `Sign in as the operator:        ${demo.operator.email}   ${demo.operator.password}`,
      `Sign in as a customer:          ${demo.customer.email}   ${demo.customer.password}`,
      `Both, and the keys, are kept in ${credentialsFile}`,
      "",
      "What the demo customer has:",
      `  curl -H "Authorization: Bearer ${demo.apiKey}" ${url}/api/v1/credits/summary`,
      "Report usage, and be told what it cost:",
      `  curl -X POST -H "Authorization: Bearer ${demo.apiKey}" -H "Content-Type: application/json" -H "Idempotency-Key: first-call" \\`,
      `    -d '{"offering":"${DEMO_OFFERING}","quantities":{"input_tokens":1200,"output_tokens":300}}' ${url}/api/v1/usage`,
      "What everything costs:",
      `  curl ${url}/api/v1/pricing/summary`,
    );
  }
  lines.push("", "Ctrl-C stops everything.");
  return lines.join("\n");
}
