import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconFileText, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { MonthPanel } from "../terms/month-panel.tsx";
import { BackTo } from "./back-to.tsx";
import { ComparePanel } from "./compare-panel.tsx";
import { type Contract, spanText } from "./contract.ts";
import { ContractNews } from "./contract-news.tsx";
import classes from "./contracts.module.css";
import { EndDialog } from "./end-dialog.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TermsList } from "./terms-list.tsx";

/** One customer's contract: how far its month has come, every version in words, and any two side by side. */
export function ContractRoom() {
  const { customerId = "" }: Record<string, string> = useParams({ strict: false });
  const trpc = useTRPC();
  const customer = useQuery(trpc.accounts.customer.queryOptions({ customer: customerId }));
  const contracts = useQuery(trpc.contracts.list.queryOptions({ customer: customerId, limit: 100 }));
  const own = useQuery(trpc.contracts.own.queryOptions({ customer: customerId }));
  const [ending, setEnding] = useState<Contract | null>(null);
  if (customer.isLoadingError) {
    return (
      <>
        <PageHeader title="Contract" above={<BackTo to="/contracts">Contracts</BackTo>} />
        <ErrorState error={customer.error} onRetry={() => void customer.refetch()} />
      </>
    );
  }
  if (!customer.data) return <LoadingRoom />;
  const { name } = customer.data;
  const items = contracts.data?.items ?? [];
  const now = items.find(({ state }) => state === "active");
  return (
    <>
      <PageHeader
        title={`Contract of ${name}`}
        above={<BackTo to="/contracts">Contracts</BackTo>}
        description={
          now === undefined
            ? "Pays by the markup rules just now."
            : `${now.label} holds now: ${spanText(now)}.`
        }
      >
        <Button
          variant="default"
          renderRoot={(props) => <Link {...props} to="/customers/$customerId" params={{ customerId }} />}
        >
          Wallet
        </Button>
        <NewVersion customerId={customerId} from={now ?? items[0]} />
      </PageHeader>
      <Stack gap="lg">
        <ContractNews customerId={customerId} />
        {own.data && own.data.discounts.length > 0 && <MonthPanel own={own.data} />}
        <ComparePanel versions={items} />
        <Panel flush title="Versions" description="The newest first, at most 100.">
          <QueryBody
            query={contracts}
            flush
            empty={{
              when: (list) => list.items.length === 0,
              show: (
                <EmptyState icon={IconFileText} title={`${name} has no contract yet`}>
                  It pays by the markup rules until it has one.
                </EmptyState>
              ),
            }}
          >
            {(list) => (
              <ul className={classes.versions} aria-label="Versions">
                {list.items.map((contract) => (
                  <li key={contract.version} aria-label={contract.label}>
                    <Version contract={contract} onEnd={() => setEnding(contract)} />
                  </li>
                ))}
              </ul>
            )}
          </QueryBody>
        </Panel>
      </Stack>
      {ending && <EndDialog contract={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

const NewVersion = ({ customerId, from }: { customerId: string; from: Contract | undefined }) => (
  <Button
    leftSection={<IconPlus size={16} aria-hidden />}
    renderRoot={(props) => (
      <Link
        {...props}
        to="/contracts/new"
        search={() => ({ customer: customerId, ...(from && { from: from.version }) })}
      />
    )}
  >
    New version
  </Button>
);

const Version = ({ contract, onEnd }: { contract: Contract; onEnd: () => void }) => (
  <>
    <Group justify="space-between" mb={6} gap="xs">
      <Group gap="xs">
        <Text fw={600}>{contract.label}</Text>
        <StateBadge state={contract.state} />
        <Text size="sm">{spanText(contract)} (UTC)</Text>
      </Group>
      <Group gap="xs">
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/contracts/new"
              search={() => ({ customer: contract.customerId, from: contract.version })}
            />
          )}
        >
          Draft from {contract.label}
        </Anchor>
        {contract.state !== "ended" && (
          <Button size="compact-sm" variant="default" onClick={onEnd}>
            End {contract.label}
          </Button>
        )}
      </Group>
    </Group>
    <TermsList terms={contract.terms} />
    <Text size="xs" c="dimmed" mt={6}>
      Made <Age at={contract.createdAt} />
      {contract.plan !== null && ` from the plan ${contract.plan}`}: {contract.note}
    </Text>
  </>
);
