import { Group, Paper, PasswordInput, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { keyProblem } from "./build-request.ts";

type KeyBoxProps = { value: string; onChange: (key: string) => void };

/** Where a viewer pastes the key that runs routes. Kept in memory only. */
export const KeyBox = ({ value, onChange }: KeyBoxProps) => (
  <Paper withBorder p="md">
    <Group gap="md" align="flex-end">
      <PasswordInput
        label="API key"
        placeholder="rbk_…"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
        error={value === "" ? null : keyProblem(value)}
        leftSection={<IconKey size={16} aria-hidden />}
        autoComplete="off"
        spellCheck={false}
        data-1p-ignore
        style={{ flex: "1 1 260px" }}
      />
      <Text size="sm" c="dimmed" style={{ flex: "1 1 220px" }}>
        Kept in this tab's memory, never stored. Calls made here are real: a debit debits.
      </Text>
    </Group>
  </Paper>
);
