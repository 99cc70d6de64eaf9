import { Accordion, Alert, Badge, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age, Instant } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { MailText } from "./mail-text.tsx";

type Mail = Api<"accounts", "mails">["items"][number];

/** Mails as they were written. Until a mail server is set up, operators hand over the links in them. */
export function MailRoom() {
  const [filter, setFilter] = useState<Filter>("all");
  const { cursor, page, next, back, reset } = usePages<string>();
  const mails = useQuery(
    useTRPC().accounts.mails.queryOptions({
      limit: 25,
      ...(filter !== "all" && { state: filter }),
      ...(cursor && { cursor }),
    }),
  );
  const choose = (value: string) => {
    setFilter(FILTERS.find((it) => it.value === value)?.value ?? "all");
    reset();
  };

  return (
    <>
      <PageHeader
        title="Mail"
        description="Mails Ratebook wrote to people, failed ones first. Those marked kept were not sent: hand their links over yourself."
      />
      <Panel
        title="Mails"
        flush
        action={
          <SegmentedControl
            size="xs"
            aria-label="Which mails"
            value={filter}
            onChange={choose}
            data={[...FILTERS]}
          />
        }
      >
        {mails.isPending && (
          <div className="panel-body">
            <LoadingRows />
          </div>
        )}
        {mails.isError && (
          <div className="panel-body">
            <ErrorState error={mails.error} onRetry={() => void mails.refetch()} />
          </div>
        )}
        {mails.data?.items.length === 0 && (
          <EmptyState icon={IconMail} title={filter === "all" ? "No mail yet" : "None of these"}>
            {filter === "all" &&
              "Confirmations, receipts, alerts and what else people are told by mail appear here."}
          </EmptyState>
        )}
        {mails.data && mails.data.items.length > 0 && (
          <Accordion chevronPosition="left" order={3}>
            {mails.data.items.map((mail) => (
              <MailItem key={mail.id} mail={mail} />
            ))}
          </Accordion>
        )}
        <Pager
          page={page}
          nextCursor={mails.data?.nextCursor}
          onBack={back}
          onNext={() => mails.data?.nextCursor && next(mails.data.nextCursor)}
        />
      </Panel>
    </>
  );
}

const MailItem = ({ mail }: { mail: Mail }) => (
  <Accordion.Item value={mail.id}>
    <Accordion.Control>
      <Group justify="space-between" gap="xs" pr="xs">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} component="div">
            {mail.subject}
          </Text>
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: "anywhere" }}>
            {mail.recipient}
          </Text>
        </div>
        <Group gap="sm">
          <Badge variant="light" color={stateColors[mail.state]}>
            {mail.state}
          </Badge>
          <Text size="sm" c="dimmed" component="div">
            <Age at={mail.createdAt} />
          </Text>
        </Group>
      </Group>
    </Accordion.Control>
    <Accordion.Panel>
      {mail.error && <Failure mail={mail} error={mail.error} />}
      <MailText text={mail.text} />
    </Accordion.Panel>
  </Accordion.Item>
);

function Failure({ mail, error }: { mail: Mail; error: string }) {
  const retry = useMutation(
    useTRPC().accounts.retryMail.mutationOptions({
      onSuccess: () => notifyDone("It is tried again."),
      onError: notifyFailure,
    }),
  );
  return (
    <Alert color="red" variant="light" mb="sm" title={`Failed after ${mail.attempts} tries`}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {error}
      </Text>
      <Group gap="sm" mt="xs">
        <Button
          size="compact-sm"
          variant="default"
          loading={retry.isPending}
          onClick={() => retry.mutate({ id: mail.id })}
        >
          Try again
        </Button>
        <Text size="xs" c="dimmed" component="div">
          {mail.dueAt === null ? (
            "It is not tried any more by itself."
          ) : (
            <>
              Tried by itself at <Instant at={mail.dueAt} />.
            </>
          )}
        </Text>
      </Group>
    </Alert>
  );
}

type Filter = "all" | Mail["state"];
const FILTERS = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
  { value: "sent", label: "Sent" },
  { value: "kept", label: "Kept" },
] as const satisfies readonly { value: Filter; label: string }[];

const stateColors: Record<Mail["state"], string> = { kept: "gray", sent: "teal", failed: "red" };
