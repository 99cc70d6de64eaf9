import { Accordion, Badge, Group, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Age } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { MailText } from "./mail-text.tsx";

type Mail = Api<"accounts", "mails">["items"][number];

/** Mails as they were written. Until a mail server is set up, operators hand over the links in them. */
export function MailRoom() {
  const { cursor, page, next, back } = usePages<string>();
  const mails = useQuery(useTRPC().accounts.mails.queryOptions({ limit: 25, ...(cursor && { cursor }) }));

  return (
    <>
      <PageHeader
        title="Mail"
        description="Mails Ratebook wrote to people, newest first. Those marked kept were not sent: hand their links over yourself."
      />
      <Panel flush>
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
          <EmptyState icon={IconMail} title="No mail yet">
            Confirmations, password resets and invitations appear here.
          </EmptyState>
        )}
        {mails.data && mails.data.items.length > 0 && (
          <Accordion chevronPosition="left" order={2}>
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
      {mail.error && (
        <Text size="sm" c="red" mb="xs">
          {mail.error}
        </Text>
      )}
      <MailText text={mail.text} />
    </Accordion.Panel>
  </Accordion.Item>
);

const stateColors: Record<Mail["state"], string> = { kept: "gray", sent: "teal", failed: "red" };
