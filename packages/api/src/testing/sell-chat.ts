import type { BillingDoors } from "./billing-doors.ts";

/** Sells `acme/chat-1`: $2.5 a million input tokens, $0.25 read from the cache, $10 output; 20 % are added. */
export const sellChat = (doors: BillingDoors): Promise<void> =>
  doors.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "2.5", per: 1_000_000 },
          { meter: "cache_read_tokens", usd: "0.25", per: 1_000_000 },
          { meter: "cache_write_tokens", usd: "3.125", per: 1_000_000 },
          { meter: "output_tokens", usd: "10", per: 1_000_000 },
        ],
      },
    ],
  });
