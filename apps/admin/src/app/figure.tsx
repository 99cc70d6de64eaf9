import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";

type FigureProps = { label: string; value: ReactNode; note?: ReactNode; emphasis?: boolean };

/** One number that matters, with its name and a remark. Goes inside `Figures`. */
export const Figure = ({ label, value, note, emphasis = false }: FigureProps) => (
  <Paper withBorder p="md" className={emphasis ? "figure figure-strong" : "figure"}>
    <Text component="dt" size="sm" c="dimmed">
      {label}
    </Text>
    <Text component="dd" m={0} className="figure-value">
      {value}
    </Text>
    {note && (
      <Text component="dd" m={0} size="xs" c="dimmed" mt={2}>
        {note}
      </Text>
    )}
  </Paper>
);

/** A row of figures that wraps as the screen narrows. */
export const Figures = ({ label, children }: { label: string; children: ReactNode }) => (
  <dl className="figures" aria-label={label}>
    {children}
  </dl>
);
