import { Table } from "@mantine/core";
import type { ReactNode } from "react";

type DataTableProps = {
  /** Names the table to screen readers. */
  label: string;
  /** Pixels below which it scrolls instead of squeezing its columns. */
  minWidth?: number;
  /** On small screens each row is a block, its cells below each other under their `data-label`. */
  stacks?: boolean;
  children: ReactNode;
};

/** A table that scrolls sideways inside itself on small screens, by keyboard too, unless its rows stack there. */
export const DataTable = ({ label, minWidth = 640, stacks = false, children }: DataTableProps) => (
  // A region that scrolls has to be reachable by keyboard.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  <section className={stacks ? "table-scroll table-stacks" : "table-scroll"} tabIndex={0} aria-label={label}>
    <Table
      verticalSpacing="sm"
      horizontalSpacing="md"
      aria-label={label}
      miw={stacks ? { base: 0, sm: minWidth } : minWidth}
    >
      {children}
    </Table>
  </section>
);
