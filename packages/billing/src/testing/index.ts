export { expectBooksBalance } from "./expect-books-balance.ts";
