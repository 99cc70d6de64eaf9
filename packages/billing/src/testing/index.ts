export {
  type CatalogueFixture,
  catalogueFixture,
  type DocumentDraft,
  documentOf,
  languageModel,
  OPERATOR,
  WORKER,
} from "./catalogue-fixture.ts";
export { expectBooksBalance } from "./expect-books-balance.ts";
export { refundOf, settledOrder } from "./settled-order.ts";
export { spend } from "./spend.ts";
export { dollars, SERVICE, type UsageFixture, usageFixture } from "./usage-fixture.ts";
