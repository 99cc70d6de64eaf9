/** A page of a list, and the name of the next; null on the last. */
export type Page<Row, Cursor> = { items: readonly Row[]; nextCursor: Cursor | null };

/** Rows of a list, and whether these are all of them. */
export type AllRows<Row> = { rows: Row[]; isComplete: boolean };

/**
 * Reads a list page by page to its end.
 *
 * @param most the rows after which it stops, at the end of a page, although there are more
 */
export async function readAllPages<Row, Cursor>(
  read: (cursor: Cursor | null) => Promise<Page<Row, Cursor>>,
  most: number,
): Promise<AllRows<Row>> {
  const rows: Row[] = [];
  let cursor: Cursor | null = null;
  do {
    const page: Page<Row, Cursor> = await read(cursor);
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < most);
  return { rows, isComplete: cursor === null };
}
