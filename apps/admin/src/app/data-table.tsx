import { Table } from "@mantine/core";
import type { ReactNode } from "react";

type DataTableProps = {
  /** Names the table to screen readers. */
  label: string;
  /** Pixels below which it scrolls instead of squeezing its columns. */
  minWidth?: number;
  children: ReactNode;
};

/** A table that scrolls sideways inside itself on small screens, by keyboard too. */
export const DataTable = ({ label, minWidth = 640, children }: DataTableProps) => (
  // A region that scrolls has to be reachable by keyboard.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  <section className="table-scroll" tabIndex={0} aria-label={label}>
    <Table verticalSpacing="sm" horizontalSpacing="md" aria-label={label} miw={minWidth}>
      {children}
    </Table>
  </section>
);
