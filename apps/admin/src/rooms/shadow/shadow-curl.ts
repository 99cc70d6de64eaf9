/**
 * A curl command that reports usage in shadow, for a POSIX shell. A service key and a customer's name go where it says.
 *
 * @param origin the server: `https://billing.example.com`
 * @param key names the event: a repeat of it adds nothing
 */
export const shadowCurl = (origin: string, key: string): string =>
  [
    `curl -X POST "${origin}/api/v1/usage"`,
    `-H "Authorization: Bearer YOUR_SERVICE_KEY"`,
    `-H "X-Customer: YOUR_CUSTOMER"`,
    `-H "X-Ratebook-Shadow: 1"`,
    `-H "Idempotency-Key: ${key}"`,
    `-H "Content-Type: application/json"`,
    `-d '{ "offering": "openai/gpt-5.2", "quantities": { "input_tokens": 1200, "output_tokens": 350 }, "platformAmount": "0.009" }'`,
  ].join(" \\\n  ");
