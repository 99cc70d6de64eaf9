import { Alert, Button, FileInput, Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { readCsv } from "@ratebook/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { dayText } from "../../app/instant-text.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { ImportOutcome } from "./import-outcome.tsx";

type Chosen = { name: string; csv: string; columns: string[] };
type Mapping = {
  day: string | null;
  model: string | null;
  amount: string | null;
  requests: string | null;
  amountIn: "usd" | "cents";
};

/** Imports a provider's invoice or usage export: a file, which column is what, a dry run, and then for good. */
export function ImportPanel() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const upstream = useQuery(trpc.margin.upstream.queryOptions());
  const [provider, setProvider] = useState("");
  const [account, setAccount] = useState("");
  const [file, setFile] = useState<Chosen | null>(null);
  const [mapping, setMapping] = useState<Mapping>(NO_MAPPING);
  const load = useMutation(
    trpc.margin.importUpstream.mutationOptions({
      onSuccess: async ({ status, rows }) => {
        if (status !== "imported") return;
        notifyDone(`${rows.toLocaleString("en")} lines were imported.`);
        await queryClient.invalidateQueries();
      },
      onError: notifyFailure,
    }),
  );
  const kept = upstream.data?.mappings.find((known) => known.provider === provider)?.mapping;
  const { day, model, amount } = mapping;
  const send = (dryRun: boolean) => {
    if (file === null || day === null || model === null || amount === null) return;
    const columns = { ...mapping, day, model, amount, models: kept?.models ?? {} };
    load.mutate({ provider, account, fileName: file.name, csv: file.csv, mapping: columns, dryRun });
  };
  const choose = async (chosen: File | null) => {
    load.reset();
    if (chosen === null) return setFile(null);
    const csv = await chosen.text();
    const read = readCsv(csv.split("\n", 1)[0] ?? "");
    const columns = [
      ...new Set((read.ok ? (read.value[0]?.cells ?? []) : []).map((cell) => cell.trim()).filter(Boolean)),
    ];
    setFile({ name: chosen.name, csv, columns });
    const there = (name: string | null | undefined) => (name != null && columns.includes(name) ? name : null);
    setMapping({
      day: there(kept?.day),
      model: there(kept?.model),
      amount: there(kept?.amount),
      requests: there(kept?.requests),
      amountIn: kept?.amountIn ?? "usd",
    });
  };
  const column = (name: "day" | "model" | "amount" | "requests", label: string) => (
    <Select
      label={label}
      w={{ base: "100%", xs: 190 }}
      data={file?.columns ?? []}
      value={mapping[name]}
      searchable
      clearable={name === "requests"}
      onChange={(value) => {
        load.reset();
        setMapping({ ...mapping, [name]: value });
      }}
    />
  );
  const ready = provider !== "" && file !== null && day !== null && model !== null && amount !== null;
  return (
    <Panel
      title="Upstream documents"
      description="A provider's invoice or usage export as CSV. Importing one again changes nothing; a later one takes the place of its days."
    >
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Provider"
            placeholder="openai"
            value={provider}
            w={{ base: "100%", xs: 160 }}
            onChange={(event) => setProvider(event.currentTarget.value.trim())}
          />
          <TextInput
            label="Account"
            placeholder="Only one"
            value={account}
            w={{ base: "100%", xs: 160 }}
            onChange={(event) => setAccount(event.currentTarget.value)}
          />
          <FileInput
            label="CSV file"
            placeholder="Choose a file"
            accept=".csv,text/csv"
            w={{ base: "100%", xs: 240 }}
            onChange={(chosen) => void choose(chosen)}
          />
        </Group>
        {file !== null && (
          <Group gap="sm" align="flex-end">
            {column("day", "Column of the day")}
            {column("model", "Column of the model")}
            {column("amount", "Column of the amount")}
            <Select
              label="Amounts are in"
              w={{ base: "100%", xs: 130 }}
              allowDeselect={false}
              data={[
                { value: "usd", label: "Dollars" },
                { value: "cents", label: "Cents" },
              ]}
              value={mapping.amountIn}
              onChange={(value) => setMapping({ ...mapping, amountIn: value === "cents" ? "cents" : "usd" })}
            />
            {column("requests", "Column of requests")}
          </Group>
        )}
        <Group gap="sm">
          <Button variant="default" disabled={!ready} loading={load.isPending} onClick={() => send(true)}>
            Dry run
          </Button>
          <Button
            disabled={!ready || load.data?.status !== "dry_run"}
            loading={load.isPending}
            onClick={() => send(false)}
          >
            Import
          </Button>
        </Group>
        {load.data && <ImportOutcome outcome={load.data} />}
        {upstream.isError && <Alert color="red">What was imported cannot be read just now.</Alert>}
        {upstream.data && upstream.data.imports.length > 0 && (
          <DataTable label="Imported documents" minWidth={520}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Document</Table.Th>
                <Table.Th scope="col">Days</Table.Th>
                <Table.Th scope="col">Imported</Table.Th>
                <Table.Th scope="col" className="number">
                  Total
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {upstream.data.imports.map((it) => (
                <Table.Tr key={it.id}>
                  <Table.Td>
                    <Text size="sm">{it.fileName}</Text>
                    <Text size="xs" c="dimmed">
                      {it.provider}
                      {it.account !== "" && `, ${it.account}`}, {it.rows.toLocaleString("en")} lines
                    </Text>
                  </Table.Td>
                  <Table.Td className="figures-tabular">
                    {it.firstDay} – {it.lastDay}
                  </Table.Td>
                  <Table.Td className="figures-tabular">{dayText(it.importedAt)}</Table.Td>
                  <Table.Td className="number">
                    <Money amount={it.total} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </Stack>
    </Panel>
  );
}

const NO_MAPPING: Mapping = { day: null, model: null, amount: null, requests: null, amountIn: "usd" };
