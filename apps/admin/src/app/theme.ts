import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, rem } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e7f6f8",
  "#d2eaee",
  "#a3d4dc",
  "#71bdc9",
  "#4aaab9",
  "#319dae",
  "#2097a9",
  "#0b7285",
  "#076474",
  "#045563",
];

/** The look of every room: one accent, tight type, tabular figures. */
export const theme = createTheme({
  primaryColor: "rate",
  primaryShade: { light: 7, dark: 5 },
  colors: { rate: teal },
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  defaultRadius: "md",
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: rem(24) }, h2: { fontSize: rem(17) }, h3: { fontSize: rem(15) } },
  },
  cursorType: "pointer",
  focusRing: "auto",
});

/** Mantine's dimmed text is too pale for AA at our sizes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#5c636a" },
  dark: { "--mantine-color-dimmed": "#a6adb5" },
});
