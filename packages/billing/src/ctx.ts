import type { Connection } from "@ratebook/db";
import type { Catalogue } from "./catalog/catalogue.ts";
import type { Ledger } from "./ledger/create-ledger.ts";
import type { Jobs, Log, Mailer, Pdf, TaxCalculation } from "./ports.ts";
import type { Failpoint } from "./top-up/failpoint.ts";
import type { PaymentRail } from "./top-up/payment-rail.ts";
import type { X402Rail } from "./top-up/x402/x402-rail.ts";

/** What every verb is given: the database, the ledger, the catalogue in memory, and the outside world behind ports. */
export type Ctx = {
  /** drizzle and postgres.js over one pool. */
  db: Connection["db"];
  sql: Connection["sql"];
  ledger: Ledger;
  catalogue: Catalogue;
  clock: () => Date;
  /** UUIDv7, so that ids sort by time. */
  newId: () => string;
  /** Signs quotes; at least 32 bytes. */
  secret: Uint8Array;
  jobs: Jobs;
  mailer: Mailer;
  /** Absent where no payments are configured: then nothing is sold. */
  rail?: PaymentRail;
  /** Told of a customer whose request was refused for money; never throws. */
  onRefused?: (customerId: string) => void;
  /** Absent where nothing is sold for token payments. */
  x402?: X402Rail;
  /** Absent where no documents are drawn. */
  pdf?: Pdf;
  /** Absent: no taxes. */
  tax?: TaxCalculation;
  log: Log;
  /** Address customers reach us at, for links. */
  publicUrl: string;
  /** True: webhooks may go to this machine, also by http. For development. */
  webhookLoopback?: boolean;
  /** Called at each failpoint; only tests set it. */
  failpoint?: (name: Failpoint) => void;
  /** Further origins that customers may be sent back to after paying. */
  returnOrigins?: readonly string[];
};
