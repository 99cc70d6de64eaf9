import { Box, Group, Select, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { Panel } from "../../app/panel.tsx";
import { useAddressParams } from "../../app/use-address-params.ts";
import { ChangesTable } from "./changes-table.tsx";
import { type Contract, spanText } from "./contract.ts";
import { differences, type TermChange, termsChanges } from "./terms-changes.ts";

/** Two versions of a customer's contract side by side: the newest and the one before, or any two. */
export function ComparePanel({ versions }: { versions: readonly Contract[] }) {
  const [params, change] = useAddressParams();
  const [everything, setEverything] = useState(false);
  const later = chosen(versions, params.get("later")) ?? versions[0];
  const earlier =
    chosen(versions, params.get("earlier")) ??
    versions.find(({ version }) => version < (later?.version ?? 0));
  if (later === undefined || earlier === undefined) return null;
  const all = [...circumstances(earlier, later), ...termsChanges(earlier.terms, later.terms)];
  const shown = everything ? all : differences(all);
  const data = versions.map(({ version, label, validFrom, validUntil }) => ({
    value: version.toString(),
    label: `${label}, ${spanText({ validFrom, validUntil })}`,
  }));
  return (
    <Panel flush title="Compare versions" description="What changed, in words.">
      <Group px="md" pb="md" gap="sm" align="flex-end">
        <Select
          label="Earlier"
          allowDeselect={false}
          data={data}
          value={earlier.version.toString()}
          onChange={(version) => change({ earlier: version })}
          style={{ flex: "1 1 260px" }}
        />
        <Select
          label="Later"
          allowDeselect={false}
          data={data}
          value={later.version.toString()}
          onChange={(version) => change({ later: version })}
          style={{ flex: "1 1 260px" }}
        />
        <Switch
          label="Also what is the same"
          checked={everything}
          onChange={(event) => setEverything(event.currentTarget.checked)}
          mb={8}
        />
      </Group>
      {shown.length === 0 ? (
        <Box px="md" pb="md">
          <Text size="sm" c="dimmed">
            They say the same.
          </Text>
        </Box>
      ) : (
        <ChangesTable
          label={`${earlier.label} and ${later.label}`}
          before={earlier.label}
          after={later.label}
          changes={shown}
        />
      )}
    </Panel>
  );
}

const chosen = (versions: readonly Contract[], text: string | null): Contract | undefined =>
  versions.find(({ version }) => version.toString() === text);

/** What goes with the terms: when they hold, and which plan they came from. */
function circumstances(earlier: Contract, later: Contract): TermChange[] {
  const one = (part: TermChange["part"], before: string, after: string): TermChange => ({
    key: part,
    part,
    name: null,
    kind: before === after ? "same" : "changed",
    before: [before],
    after: [after],
  });
  return [
    one("Holds (UTC)", spanText(earlier), spanText(later)),
    one("Plan", earlier.plan ?? "None", later.plan ?? "None"),
  ];
}
