import { Alert, Anchor, Badge, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowLeft, IconFileOff, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Age, Instant } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { errorStatus } from "../../app/error-sentence.ts";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { ModelLink } from "../catalogue/model-link.tsx";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { meterText } from "../wallet/meter-text.ts";
import { BlastRadiusPanel } from "./blast-radius-panel.tsx";
import { DocumentExcerpt } from "./document-excerpt.tsx";
import { type Evidence, sourcesSideBySide } from "./evidence.ts";
import { isOpen, nameOf, ruleText, stateText } from "./proposal.ts";
import { ProposalActions } from "./proposal-actions.tsx";
import { Outcome, PriceChange, Reason } from "./proposal-list.tsx";
import classes from "./proposals.module.css";
import { SourcesTable } from "./sources-table.tsx";

/** One price change with its evidence: the sources side by side, the document, and whom it would have met. */
export function ProposalRoom() {
  const { proposalId = "" } = useParams({ strict: false });
  const evidence = useQuery(useTRPC().catalog.proposal.queryOptions({ id: proposalId }));
  if (evidence.isPending) return <LoadingRoom />;
  if (evidence.isLoadingError) {
    return (
      <>
        <PageHeader title="Price change" above={<BackToChanges />} />
        {errorStatus(evidence.error) === 404 ? (
          <EmptyState icon={IconShieldCheck} title="There is no such price change" />
        ) : (
          <ErrorState error={evidence.error} onRetry={() => void evidence.refetch()} />
        )}
      </>
    );
  }
  return <Change evidence={evidence.data} />;
}

function Change({ evidence }: { evidence: Evidence }) {
  const { proposal, excerpt, siblings, blastRadius } = evidence;
  return (
    <>
      <PageHeader
        title={nameOf(proposal)}
        above={<BackToChanges />}
        description={
          <Group gap={6}>
            <SourceBadge source={proposal.source} />
            <Badge size="sm" variant="light" color={proposal.state === "held" ? "orange" : "gray"}>
              {stateText(proposal.state)}
            </Badge>
            <span>
              proposed <Age at={proposal.createdAt} />
            </span>
            {proposal.runId !== null && (
              <Anchor
                inherit
                renderRoot={(props) => (
                  <Link {...props} to="/sync-runs/$runId" params={{ runId: proposal.runId ?? "" }} />
                )}
              >
                its sync run
              </Anchor>
            )}
          </Group>
        }
      >
        {isOpen(proposal) && <ProposalActions proposal={proposal} size="sm" />}
      </PageHeader>
      <Stack gap="lg">
        <Panel title="The change">
          <div className={classes.evidenceHead}>
            <PriceChange proposal={proposal} />
            <Reason proposal={proposal} />
            {proposal.state !== "held" && <Outcome proposal={proposal} />}
          </div>
          <Terms evidence={evidence} />
        </Panel>
        {!evidence.wouldDecide && isOpen(proposal) && (
          <Alert color="gray" variant="light" icon={<IconAlertTriangle size={18} aria-hidden />}>
            <Text size="sm">
              Approving it changes nothing that is billed:{" "}
              {evidence.authority?.because ?? "another source decides."}
            </Text>
          </Alert>
        )}
        <Panel
          flush
          title="Sources side by side"
          description={
            evidence.authority?.because ??
            "Nobody's word is billed for this meter yet; the first that passes the guard is."
          }
        >
          <SourcesTable meter={proposal.meter} sides={sourcesSideBySide(evidence)} />
        </Panel>
        <Panel title="What the document says">
          {excerpt === null ? (
            <EmptyState icon={IconFileOff} title="The document is not kept any more" />
          ) : (
            <DocumentExcerpt excerpt={excerpt} />
          )}
        </Panel>
        <BlastRadiusPanel radius={blastRadius} />
        {siblings.length > 0 && <Siblings siblings={siblings} />}
      </Stack>
    </>
  );
}

function Terms({ evidence: { proposal, terms } }: { evidence: Evidence }) {
  const rows = [
    terms.minimum !== null && ["At least", terms.minimum],
    terms.increment !== null && ["In steps of", terms.increment],
    terms.included !== null && ["Included", terms.included],
    terms.free && ["Flag", "free"],
  ].filter((row) => row !== false);
  return (
    <dl className={classes.facts}>
      <dt>Offering</dt>
      <dd>
        <ModelLink offering={proposal.offering} name={null} scale="1m" />
      </dd>
      <dt>Conditions</dt>
      <dd>
        {Object.keys(proposal.when).length === 0 ? (
          "none: it applies always"
        ) : (
          <RateConditions when={proposal.when} />
        )}
      </dd>
      {rows.map(([name, value]) => (
        <Fact key={name} name={name ?? ""} value={value ?? ""} />
      ))}
      {terms.validFrom !== null && (
        <>
          <dt>Valid from</dt>
          <dd>
            <Instant at={terms.validFrom} />
          </dd>
        </>
      )}
      {terms.validUntil !== null && (
        <>
          <dt>Valid until</dt>
          <dd>
            <Instant at={terms.validUntil} />
          </dd>
        </>
      )}
    </dl>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);

const Siblings = ({ siblings }: { siblings: Evidence["siblings"] }) => (
  <Panel title="Others of this offering that wait as well">
    <ul className={classes.siblings}>
      {siblings.map((sibling) => (
        <li key={sibling.id}>
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/proposals/$proposalId" params={{ proposalId: sibling.id }} />
            )}
          >
            {meterText(sibling.meter)}
          </Anchor>
          <RateConditions when={sibling.when} />
          <Text span size="sm" c="dimmed">
            {" "}
            {ruleText(sibling.rule)}
          </Text>
        </li>
      ))}
    </ul>
  </Panel>
);

const BackToChanges = () => (
  <Anchor component={Link} to="/proposals" size="sm" w="fit-content">
    <Group gap={4} component="span">
      <IconArrowLeft size={15} aria-hidden />
      Price changes
    </Group>
  </Anchor>
);
