import { Anchor, Group, Text, Timeline, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Instant } from "../../app/age.tsx";
import { CopyButton } from "../../app/copy-button.tsx";
import { useMe } from "../../session/use-me.ts";
import classes from "./catalogue.module.css";
import type { PastRate } from "./model-detail.ts";
import { RateEvidence } from "./rate-evidence.tsx";
import type { ShownRate } from "./shown-rates.ts";
import { dollars, perText, type TokenScale, unitPrice } from "./unit-price.ts";
import { UnitPrice } from "./unit-price-text.tsx";

type RateStoryProps = { rate: ShownRate; history: readonly PastRate[]; scale: TokenScale };

/** Where a rate comes from, to the place in the document, and what it was before. */
export function RateStory({ rate, history, scale }: RateStoryProps) {
  const isOperator = useMe().kind === "operator";
  return (
    <div className={classes.provenance}>
      <section aria-label="Where it comes from">
        <Title order={3} mb="xs">
          Where it comes from
        </Title>
        <Provenance rate={rate} />
      </section>
      <section aria-label="History">
        <Title order={3} mb="sm">
          History
        </Title>
        <Timeline active={0} bulletSize={14} lineWidth={2}>
          {history.map((past) => (
            <Timeline.Item key={past.rateId} title={<UnitPrice price={unitPrice(past, scale)} />}>
              <Text size="sm" c="dimmed">
                From <Instant at={past.openedAt} />, <VersionName version={past.openedVersion} />,{" "}
                {past.source}
              </Text>
              <Text size="sm" c="dimmed">
                {past.closedAt === null || past.closedVersion === null ? (
                  "In force"
                ) : (
                  <>
                    Until <Instant at={past.closedAt} />, <VersionName version={past.closedVersion} />
                  </>
                )}
              </Text>
            </Timeline.Item>
          ))}
        </Timeline>
      </section>
      {isOperator && (
        <div className={classes.evidence}>
          <RateEvidence rateId={rate.rateId} />
        </div>
      )}
    </div>
  );
}

/** Operators see what else a version changed, and the run or decision that brought it. */
function VersionName({ version }: { version: number }) {
  const isOperator = useMe().kind === "operator";
  if (!isOperator) return <>version {version}</>;
  return (
    <Anchor
      inherit
      renderRoot={(props) => (
        <Link {...props} to="/versions/$version" params={{ version: String(version) }} />
      )}
    >
      version {version}
    </Anchor>
  );
}

const Provenance = ({ rate }: { rate: ShownRate }) => (
  <dl className={classes.facts}>
    <dt>As the source states it</dt>
    <dd>
      {dollars(rate.usd)} per {perText(rate.per, rate.unit)}
      {rate.free && " (free)"}
    </dd>
    <dt>Source</dt>
    <dd>{rate.source}</dd>
    <dt>Document</dt>
    <dd>
      <Group gap={4} wrap="nowrap">
        <span className={classes.mono}>sha256 {rate.sha256.slice(0, 16)}…</span>
        <CopyButton text={rate.sha256} label="Copy the document's SHA-256" />
      </Group>
    </dd>
    <dt>Place in it</dt>
    <dd className={classes.mono}>{rate.where ?? "not stated"}</dd>
    <dt>Markup rule</dt>
    <dd>{rate.rule}</dd>
    <Terms rate={rate} />
    <dt>Rate id</dt>
    <dd>
      <Group gap={4} wrap="nowrap">
        <span className={classes.mono}>{rate.rateId}</span>
        <CopyButton text={rate.rateId} label="Copy the rate's id" />
      </Group>
    </dd>
  </dl>
);

/** What bends the quantity, and when the rate is valid; only what the rate has. */
const Terms = ({ rate: { minimum, increment, included, validFrom, validUntil } }: { rate: ShownRate }) => (
  <>
    {minimum !== null && <Term name="At least">{minimum}</Term>}
    {increment !== null && <Term name="In steps of">{increment}</Term>}
    {included !== null && <Term name="Included">{included}</Term>}
    {validFrom !== null && (
      <Term name="Valid from">
        <Instant at={validFrom} />
      </Term>
    )}
    {validUntil !== null && (
      <Term name="Valid until">
        <Instant at={validUntil} />
      </Term>
    )}
  </>
);

const Term = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);
