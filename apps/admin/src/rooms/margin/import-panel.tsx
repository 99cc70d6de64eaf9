import { Alert, Button, FileInput, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { type ColumnMapping, complete, fitted, NO_MAPPING } from "./column-mapping.ts";
import { DocumentPreview } from "./document-preview.tsx";
import { ImportOutcome } from "./import-outcome.tsx";
import { ImportedDocuments } from "./imported-documents.tsx";
import { MappingColumns } from "./mapping-columns.tsx";
import { readDocument, readText, type UpstreamDocument } from "./read-document.ts";

/**
 * Imports a provider's invoice or usage export: a file, which column is what, whose models they are, a dry run, and then
 * for good.
 */
export function ImportPanel() {
  const trpc = useTRPC();
  const upstream = useQuery(trpc.margin.upstream.queryOptions());
  const [provider, setProvider] = useState("");
  const [account, setAccount] = useState("");
  const [file, setFile] = useState<UpstreamDocument | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [mapping, setMapping] = useState<ColumnMapping>(NO_MAPPING);
  /** What the last dry run was of: only that may be imported. */
  const [tried, setTried] = useState("");
  // Both, so that the screen has one outcome; reading everything anew after a dry run costs little.
  const load = useMutation(
    trpc.margin.importUpstream.mutationOptions({
      onSuccess: ({ status, rows }) => {
        if (status !== "imported") return;
        notifyDone(`${rows.toLocaleString("en")} lines were imported.`);
      },
      onError: notifyFailure,
    }),
  );
  const keptOf = (name: string) => upstream.data?.mappings.find((known) => known.provider === name)?.mapping;
  const columns = complete(mapping);
  const ready = provider !== "" && file !== null && columns !== null;
  const now = JSON.stringify([provider, account, file?.name, file?.csv.length, mapping]);
  const send = (dryRun: boolean) => {
    if (file === null || columns === null) return;
    setTried(now);
    load.mutate({ provider, account, fileName: file.name, csv: file.csv, mapping: columns, dryRun });
  };
  const choose = async (chosen: File | null) => {
    load.reset();
    setUnreadable(null);
    if (chosen === null) return setFile(null);
    const text = readText(await chosen.arrayBuffer());
    if (text === null) {
      setUnreadable(`${chosen.name} is not UTF-8 text; save it as UTF-8 and choose it again.`);
      return setFile(null);
    }
    const document = readDocument(chosen.name, text);
    setFile(document);
    setMapping(fitted(keptOf(provider), document.columns));
  };
  const name = (model: string, offering: string) => {
    const { [model]: _before, ...others } = mapping.models;
    setMapping({ ...mapping, models: offering === "" ? others : { ...others, [model]: offering } });
  };
  return (
    <Panel
      title="Upstream documents"
      description="A provider's invoice or usage export as CSV. Importing one again changes nothing; a later one takes the place of its days. The columns are kept for the provider's next one."
    >
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Provider"
            placeholder="openai"
            value={provider}
            w={{ base: "100%", xs: 160 }}
            onChange={(event) => {
              const written = event.currentTarget.value.trim();
              setProvider(written);
              load.reset();
              // A mapping that is kept says more than one that was only begun.
              const kept = keptOf(written);
              if (kept && file) setMapping(fitted(kept, file.columns));
            }}
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
            error={unreadable}
            w={{ base: "100%", xs: 240 }}
            onChange={(chosen) => void choose(chosen)}
          />
        </Group>
        {file !== null && (
          <>
            <MappingColumns
              columns={file.columns}
              mapping={mapping}
              onChange={(changed) => {
                load.reset();
                setMapping(changed);
              }}
            />
            <DocumentPreview document={file} mapping={mapping} />
          </>
        )}
        <Group gap="sm">
          <Button variant="default" disabled={!ready} loading={load.isPending} onClick={() => send(true)}>
            Dry run
          </Button>
          <Button
            disabled={!ready || load.data?.status !== "dry_run" || tried !== now}
            loading={load.isPending}
            onClick={() => send(false)}
          >
            Import
          </Button>
          {load.data?.status === "dry_run" && tried !== now && (
            <Text size="sm" c="dimmed">
              Something was changed: run it dry again first.
            </Text>
          )}
        </Group>
        {load.data && <ImportOutcome outcome={load.data} names={mapping.models} onName={name} />}
        {upstream.isError && <Alert color="red">What was imported cannot be read just now.</Alert>}
        {upstream.data && upstream.data.imports.length > 0 && (
          <ImportedDocuments imports={upstream.data.imports} />
        )}
      </Stack>
    </Panel>
  );
}
