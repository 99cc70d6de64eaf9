import { againstPgbench } from "./against-pgbench.ts";
import { asOf } from "./as-of.ts";
import type { Bench } from "./bench.ts";
import { budgets } from "./budgets.ts";
import { cataloguePage } from "./catalogue-page.ts";
import { hotWallet, manyWallets } from "./debits.ts";
import { growth } from "./growth.ts";
import { publish } from "./publish.ts";
import { rating } from "./rating.ts";
import { refresh } from "./refresh.ts";
import { resources } from "./resources.ts";
import { restBatch, restSingle } from "./rest.ts";
import { usage } from "./usage.ts";

/** Every bench, in the order they run. */
export const BENCHES: readonly Bench[] = [
  hotWallet,
  manyWallets,
  againstPgbench,
  growth,
  budgets,
  restBatch,
  restSingle,
  rating,
  publish,
  refresh,
  cataloguePage,
  asOf,
  resources,
  usage,
];
