import { Anchor, Stack, Table, Text, Title } from "@mantine/core";
import { nanos } from "@ratebook/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { dayText } from "../../app/instant-text.ts";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { DocumentExcerpt } from "../proposals/document-excerpt.tsx";
import { stateText } from "../proposals/proposal.ts";

type RateDetail = Api<"catalog", "rate">;

/** What an operator sees of a rate besides its history: who let it in, what the document says, what it billed. */
export function RateEvidence({ rateId }: { rateId: string }) {
  const detail = useQuery(useTRPC().catalog.rate.queryOptions({ rateId }));
  return (
    <QueryBody query={detail} rows={3}>
      {(data) => (
        <Stack gap="lg">
          <section aria-label="Who let it in">
            <Title order={3} mb="xs">
              Who let it in
            </Title>
            <LetIn detail={data} />
          </section>
          <section aria-label="What the document says">
            <Title order={3} mb="xs">
              What the document says
            </Title>
            {data.excerpt === null ? (
              <Text size="sm" c="dimmed">
                The document is not kept.
              </Text>
            ) : (
              <DocumentExcerpt excerpt={data.excerpt} />
            )}
          </section>
          <section aria-label="Debits that used it">
            <Title order={3} mb="xs">
              Debits that used it
            </Title>
            <Debits detail={data} />
          </section>
        </Stack>
      )}
    </QueryBody>
  );
}

const LetIn = ({ detail: { proposal, opened } }: { detail: RateDetail }) => (
  <Text size="sm" component="div">
    {proposal === null ? (
      "The guard: nothing about it was out of bounds."
    ) : (
      <>
        {stateText(proposal.state)}
        {proposal.decidedBy !== null && ` by ${proposal.decidedBy}`}
        {proposal.decisionReason !== null && `: “${proposal.decisionReason}”`}{" "}
        <Anchor
          inherit
          renderRoot={(props) => (
            <Link {...props} to="/proposals/$proposalId" params={{ proposalId: proposal.id }} />
          )}
        >
          its evidence
        </Anchor>
      </>
    )}{" "}
    {opened !== null && opened.runId !== null && (
      <Anchor
        inherit
        renderRoot={(props) => (
          <Link {...props} to="/sync-runs/$runId" params={{ runId: opened.runId ?? "" }} />
        )}
      >
        the run that read it
      </Anchor>
    )}
    {opened?.note && <Text size="sm">{opened.note}</Text>}
  </Text>
);

const Debits = ({ detail: { debits, debitsSince } }: { detail: RateDetail }) =>
  debits.length === 0 ? (
    <Text size="sm" c="dimmed">
      None since {dayText(debitsSince)}.
    </Text>
  ) : (
    <DataTable label="Debits that used it" minWidth={420}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Customer</Table.Th>
          <Table.Th scope="col">Occurred</Table.Th>
          <Table.Th scope="col" className="number">
            Whole debit
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {debits.map(({ id, customerId, customerName, amount, occurredAt }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link {...props} to="/customers/$customerId" params={{ customerId }} />
                )}
              >
                {customerName}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Age at={occurredAt} />
            </Table.Td>
            <Table.Td className="number">
              <Money amount={nanos(amount)} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
