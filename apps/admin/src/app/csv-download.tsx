import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { notifyFailure, notifyPartly } from "./notify.ts";
import { type Page, readAllPages } from "./read-all-pages.ts";
import { saveFile } from "./save-file.ts";

type CsvDownloadProps<Row, Cursor> = {
  /** Name of the file, without its ending. */
  name: string;
  /** Reads a page of what is shown, the first without a cursor. */
  read: (cursor: Cursor | null) => Promise<Page<Row, Cursor>>;
  csv: (rows: readonly Row[]) => string;
};

/** Saves every row of the list that is shown as CSV; where the bound cuts it, the file's name and a notice say so. */
export function CsvDownload<Row, Cursor>({ name, read, csv }: CsvDownloadProps<Row, Cursor>) {
  const download = useMutation({
    mutationFn: async () => readAllPages(read, MOST_ROWS),
    meta: { reads: true },
    onSuccess: ({ rows, isComplete }) => {
      const fileName = isComplete ? `${name}.csv` : `${name}-newest-${rows.length}.csv`;
      saveFile({ name: fileName, type: "text/csv", content: csv(rows) });
      if (isComplete) return;
      const count = rows.length.toLocaleString("en");
      notifyPartly(
        `The file holds the newest ${count} rows; there are more. Narrow the list to save the others.`,
      );
    },
    onError: notifyFailure,
  });
  return (
    <Button variant="default" size="sm" loading={download.isPending} onClick={() => download.mutate()}>
      Download as CSV
    </Button>
  );
}

// A row of the audit log is about a kilobyte; the browser holds the file before it saves it.
const MOST_ROWS = 100_000;
