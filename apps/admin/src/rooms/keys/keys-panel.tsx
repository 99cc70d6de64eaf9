import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age, Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import type { BudgetRow } from "../budgets/subject-text.ts";
import { ChangeKeyModal } from "./change-key-modal.tsx";
import { CreateKeyModal } from "./create-key-modal.tsx";
import { KeyLimits } from "./key-limits.tsx";
import { RevokeKeyModal } from "./revoke-key-modal.tsx";
import { RotateKeyModal } from "./rotate-key-modal.tsx";
import { keyState } from "./scopes.ts";
import { useKeyLimits } from "./use-key-limits.ts";

export type ApiKey = Api<"accounts", "keys">[number];

/** Whose keys: a customer's, or the platform's own. */
export type KeyOwner = { customerId: string; name: string } | null;

/** Keys without their text, with ways to make and revoke them. */
export function KeysPanel({ owner }: { owner: KeyOwner }) {
  const [creating, { open, close }] = useDisclosure(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [rotating, setRotating] = useState<ApiKey | null>(null);
  const [changing, setChanging] = useState<ApiKey | null>(null);
  const limits = useKeyLimits(owner?.customerId ?? null);
  const keys = useQuery(
    useTRPC().accounts.keys.queryOptions(owner === null ? {} : { customer: owner.customerId }),
  );
  const create = (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New key
    </Button>
  );

  return (
    <>
      <Panel
        flush
        title="Keys"
        description="A key's text is shown once, when it is made. Revoking is effective at once."
        action={create}
      >
        <QueryBody
          query={keys}
          flush
          empty={{
            when: (data) => data.length === 0,
            show: (
              <EmptyState icon={IconKey} title="No keys yet" action={create}>
                {owner === null
                  ? "The platform's gateway needs a service key to report usage for customers."
                  : "A program needs a key to ask for balance, prices and receipts."}
              </EmptyState>
            ),
          }}
        >
          {(data) => (
            <DataTable label="API keys" stacks>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Key</Table.Th>
                  <Table.Th scope="col">Rights</Table.Th>
                  <Table.Th scope="col">Last used</Table.Th>
                  <Table.Th scope="col">Expires</Table.Th>
                  <Table.Th scope="col">Created</Table.Th>
                  <Table.Th scope="col">
                    <span className="visually-hidden">Change</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((key) => (
                  <KeyRow
                    key={key.id}
                    apiKey={key}
                    limits={limits(key.id)}
                    onChange={setChanging}
                    onRotate={setRotating}
                    onRevoke={setRevoking}
                  />
                ))}
              </Table.Tbody>
            </DataTable>
          )}
        </QueryBody>
      </Panel>
      <CreateKeyModal owner={owner} opened={creating} onClose={close} />
      {changing !== null && (
        <ChangeKeyModal
          key={changing.id}
          apiKey={changing}
          budget={limits(changing.id).budgets.find(({ period }) => period === "month") ?? null}
          onClose={() => setChanging(null)}
        />
      )}
      <RotateKeyModal apiKey={rotating} onClose={() => setRotating(null)} />
      <RevokeKeyModal apiKey={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}

/** What limits a key's spending. */
export type KeySpending = { budgets: readonly BudgetRow[]; pausedBecause: string | null };

type KeyRowProps = {
  apiKey: ApiKey;
  limits: KeySpending;
  onChange: (key: ApiKey) => void;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
};

function KeyRow({ apiKey, limits, onChange, onRotate, onRevoke }: KeyRowProps) {
  const now = useNow();
  const state = keyState(apiKey, now);
  const { previousUntil, requestsPerMinute } = apiKey;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8}>
          <Text size="sm" fw={600}>
            {apiKey.name}
          </Text>
          {apiKey.kind !== "customer" && (
            <Badge variant="light" color="blue">
              {apiKey.kind}
            </Badge>
          )}
          {state !== "active" && (
            <Badge variant="light" color={state === "revoked" ? "red" : "gray"}>
              {state}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" className="mono">
          {apiKey.prefix}…{apiKey.lastFour}
        </Text>
        {requestsPerMinute !== null && (
          <Text size="xs" c="dimmed">
            At most {requestsPerMinute} requests a minute
          </Text>
        )}
        {state === "active" && <KeyLimits limits={limits} />}
        {state === "active" && previousUntil !== null && previousUntil > now && (
          <Text size="xs" c="dimmed">
            The text before works until <Instant at={previousUntil} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap={4} maw={300}>
          {apiKey.scopes.map((scope) => (
            <Badge key={scope} variant="default" className="scope-badge">
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td data-label="Last used">
        {apiKey.lastUsedAt === null ? "Never" : <Age at={apiKey.lastUsedAt} />}
      </Table.Td>
      <Table.Td data-label="Expires">
        {apiKey.expiresAt === null ? "Never" : <Instant at={apiKey.expiresAt} />}
      </Table.Td>
      <Table.Td data-label="Created">
        <Age at={apiKey.createdAt} />
      </Table.Td>
      <Table.Td className="number">
        {state === "active" && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => onChange(apiKey)}
              aria-label={`Change ${apiKey.name}`}
            >
              Change
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => onRotate(apiKey)}
              aria-label={`Rotate ${apiKey.name}`}
            >
              Rotate
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              onClick={() => onRevoke(apiKey)}
              aria-label={`Revoke ${apiKey.name}`}
            >
              Revoke
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
