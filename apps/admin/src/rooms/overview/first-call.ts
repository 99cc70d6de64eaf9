/** The first call of a new customer's program; it works once the key's text is in `RATEBOOK_KEY`. */
export const firstCall = (origin: string): string =>
  `curl "${origin}/api/v1/credits/summary" -H "Authorization: Bearer $RATEBOOK_KEY"`;
