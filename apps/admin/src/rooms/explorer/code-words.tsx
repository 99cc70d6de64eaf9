import { Code } from "@mantine/core";

/** A sentence of the document with what stands between backticks as code. */
export const CodeWords = ({ text }: { text: string }) =>
  text.split("`").map((part, index) =>
    // A split puts what was between backticks at the odd places; the order never changes.
    index % 2 === 1 ? <Code key={index}>{part}</Code> : part,
  );
