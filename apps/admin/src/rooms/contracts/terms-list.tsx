import { Text } from "@mantine/core";
import type { ContractTerms } from "@ratebook/core";
import { Facts } from "../wallet/facts.tsx";
import { termEntries } from "./term-entries.ts";

/** Everything the terms of a contract or a plan say, in words. */
export function TermsList({ terms }: { terms: ContractTerms }) {
  const entries = termEntries(terms);
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No terms of its own: everything is sold by the markup rules.
      </Text>
    );
  }
  return (
    <Facts>
      {entries.map(({ key, part, name, lines }) => (
        <Facts.Item key={key} name={name === null ? part : `${part}: ${name}`}>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Facts.Item>
      ))}
    </Facts>
  );
}

/** The first words of each term, at most five terms; the contract's own page has the rest. */
export function TermsInBrief({ terms }: { terms: ContractTerms }) {
  const entries = termEntries(terms).filter(({ part }) => part !== "Order");
  const lines = entries.map(({ part, lines: [first = ""] }) => `${part}: ${first}`);
  const shown =
    lines.length > BRIEF ? [...lines.slice(0, BRIEF - 1), `and ${lines.length - BRIEF + 1} more`] : lines;
  return shown.length === 0 ? (
    <Text size="sm">No terms of its own</Text>
  ) : (
    shown.map((line) => (
      <Text key={line} size="sm">
        {line}
      </Text>
    ))
  );
}

const BRIEF = 5;
