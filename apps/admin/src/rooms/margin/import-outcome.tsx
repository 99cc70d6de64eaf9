import { Alert, Table, Text, TextInput } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

type Outcome = Api<"margin", "importUpstream">;

type ImportOutcomeProps = {
  outcome: Outcome;
  /** The provider's spelling of a model and our offering, where somebody said it. */
  names: { readonly [model: string]: string };
  /** Says which offering a model is; empty takes the word back. */
  onName: (model: string, offering: string) => void;
};

/** What an import did, or would do: rows that cannot be read by line, or the models, whose they are and their sums. */
export function ImportOutcome({ outcome, names, onName }: ImportOutcomeProps) {
  const { status, rows, total, firstDay, lastDay, badRows, bad, models, supersedes } = outcome;
  if (status === "refused") {
    return (
      <Alert
        color="red"
        variant="light"
        title={`${badRows.toLocaleString("en")} rows cannot be read; nothing was imported`}
      >
        <ul className="banner-lines">
          {bad.slice(0, 20).map(({ line, message }) => (
            <li key={line}>
              Line {line}: {message}
            </li>
          ))}
          {badRows > 20 && <li>and {(badRows - 20).toLocaleString("en")} more</li>}
        </ul>
      </Alert>
    );
  }
  return (
    <>
      <Alert color={status === "replayed" ? "orange" : "teal"} variant="light" title={TITLES[status]}>
        {rows.toLocaleString("en")} lines of {firstDay} to {lastDay}, <Money amount={total} /> in all.
        {supersedes > 0 &&
          ` They take the place of ${supersedes.toLocaleString("en")} lines imported before.`}
      </Alert>
      <DataTable label="Models of the document" minWidth={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Model there</Table.Th>
            <Table.Th scope="col">Taken for</Table.Th>
            <Table.Th scope="col" className="number">
              Amount
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...models]
            .sort((a, b) => Number(a.known) - Number(b.known))
            .slice(0, MOST_MODELS)
            .map(({ model, offering, known, amount }) => (
              <Table.Tr key={model}>
                <Table.Td>{model}</Table.Td>
                <Table.Td>
                  {status === "dry_run" ? (
                    <TextInput
                      size="xs"
                      aria-label={`Offering of ${model}`}
                      placeholder={offering}
                      value={names[model] ?? ""}
                      description={
                        known
                          ? offering
                          : `${offering}, which the catalogue does not know: write the offering it is`
                      }
                      inputWrapperOrder={["input", "description"]}
                      onChange={(event) => onName(model, event.currentTarget.value.trim())}
                    />
                  ) : known ? (
                    offering
                  ) : (
                    `${offering}, which the catalogue does not know`
                  )}
                </Table.Td>
                <Table.Td className="number">
                  <Money amount={amount} />
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </DataTable>
      {models.length > MOST_MODELS && (
        <Text size="sm" c="dimmed">
          and {(models.length - MOST_MODELS).toLocaleString("en")} more models
        </Text>
      )}
    </>
  );
}

const MOST_MODELS = 30;

const TITLES = {
  dry_run: "It can be imported; nothing was written yet",
  imported: "Imported",
  replayed: "This document was imported before; nothing was written",
} as const;
