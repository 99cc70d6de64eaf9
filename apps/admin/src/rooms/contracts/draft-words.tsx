import { Text } from "@mantine/core";
import type { ContractTerms } from "@ratebook/core";
import { Panel } from "../../app/panel.tsx";
import { ChangesTable } from "./changes-table.tsx";
import type { Contract } from "./contract.ts";
import { differences, termsChanges } from "./terms-changes.ts";
import { TermsList } from "./terms-list.tsx";

/** What the draft says; null while some field cannot be read. */
export const DraftWords = ({ terms }: { terms: ContractTerms | null }) => (
  <Panel title="In words">
    {terms === null ? (
      <Text size="sm" c="dimmed">
        Some fields cannot be read yet.
      </Text>
    ) : (
      <TermsList terms={terms} />
    )}
  </Panel>
);

/** What the draft changes for a customer who has a contract already. */
export function DraftAgainst({ terms, now }: { terms: ContractTerms; now: Contract }) {
  const changes = differences(termsChanges(now.terms, terms));
  return (
    <Panel flush title={`Against ${now.label}`} description="What changes when this one takes its place.">
      {changes.length === 0 ? (
        <Text size="sm" c="dimmed" px="md" pb="md">
          Nothing: it says the same.
        </Text>
      ) : (
        <ChangesTable
          label={`Against ${now.label}`}
          before={now.label}
          after="This draft"
          changes={changes}
        />
      )}
    </Panel>
  );
}
