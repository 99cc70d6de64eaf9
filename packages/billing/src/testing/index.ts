export {
  type CatalogueFixture,
  catalogueFixture,
  type DocumentDraft,
  documentOf,
  OPERATOR,
  WORKER,
} from "./catalogue-fixture.ts";
export { expectBooksBalance } from "./expect-books-balance.ts";
