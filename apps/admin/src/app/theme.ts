import {
  Anchor,
  Badge,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  rem,
} from "@mantine/core";

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

// Cooler and calmer than the library's own greys of the dark scheme.
const slate: MantineColorsTuple = [
  "#d5dade",
  "#b8c0c7",
  "#929ca5",
  "#66717b",
  "#3a444d",
  "#2d353d",
  "#252c33",
  "#1b2127",
  "#151a1f",
  "#0f1317",
];

/** The look of every room: one accent, tight type, tabular figures. */
export const theme = createTheme({
  primaryColor: "rate",
  primaryShade: 7,
  colors: { rate: teal, dark: slate },
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  defaultRadius: "md",
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: rem(24) }, h2: { fontSize: rem(16) }, h3: { fontSize: rem(14) } },
  },
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    // A link in a sentence has to be told apart without its colour.
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
    Badge: Badge.extend({ defaultProps: { radius: "sm", tt: "none", fw: 600 } }),
  },
});

/** What the library leaves too pale for AA at our sizes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#586069",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-placeholder": "#6b737b",
    "--mantine-color-default-border": "#dfe3e6",
    ...tint("teal", "#dcf3ea", "#05614a"),
    ...tint("orange", "#fdebd8", "#8a3b00"),
    ...tint("red", "#fde6e6", "#a31d1d"),
    ...tint("gray", "#eceff1", "#454d55"),
    ...tint("grape", "#f4e6f8", "#74228a"),
    ...tint("blue", "#e2effb", "#14568f"),
  },
  dark: {
    "--mantine-color-dimmed": "#a3adb6",
    "--mantine-color-anchor": "#71bdc9",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-placeholder": "#8b959e",
    "--mantine-color-default-border": "#323b43",
    ...tint("rate", "#143a42", "#b5dfe6"),
    ...tint("teal", "#16382f", "#93e0c3"),
    ...tint("orange", "#44301a", "#ffcb8f"),
    ...tint("red", "#452321", "#ffb4ae"),
    ...tint("gray", "#2f373e", "#c8cfd5"),
    ...tint("grape", "#3b2344", "#e8bdf5"),
    ...tint("blue", "#1c3448", "#abd6f6"),
  },
});

/** Ground and text of one colour, for badges and notes. */
function tint(color: string, ground: string, text: string): Record<string, string> {
  return { [`--mantine-color-${color}-light`]: ground, [`--mantine-color-${color}-light-color`]: text };
}
