import { Badge, Button, Group, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useState } from "react";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { ModelLink } from "../catalogue/model-link.tsx";
import { RateConditions } from "../catalogue/rate-conditions.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { unitPrice } from "../catalogue/unit-price.ts";
import { UnitPrice } from "../catalogue/unit-price-text.tsx";
import { ratioText } from "../proposals/proposal.ts";
import { meterText } from "../wallet/meter-text.ts";
import { rateOf, ratioOf, sidesOf, type VersionChange, type VersionRate } from "./version-changes.ts";
import classes from "./versions.module.css";

/** The differences of two versions, offering by offering; a long list is shown in portions. */
export function ChangeList({ changes }: { changes: readonly VersionChange[] }) {
  const [shown, setShown] = useState(PORTION);
  const groups = [...Map.groupBy(changes.slice(0, shown), (change) => rateOf(change).offering)];
  return (
    <>
      <ul className={classes.offerings} aria-label="Changes">
        {groups.map(([offering, group]) => (
          <li key={offering} className={classes.offering} aria-label={offering}>
            <ModelLink offering={offering} name={null} scale="1m" />
            <ul className={classes.rows}>
              {group.map((change) => (
                <ChangeRow key={change.key} change={change} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {shown < changes.length && (
        <Group justify="center" p="md" className="pager">
          <Text size="sm" c="dimmed" role="status">
            {shown.toLocaleString("en")} of {changes.length.toLocaleString("en")} changes
          </Text>
          <Button size="xs" variant="default" onClick={() => setShown(shown + PORTION)}>
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}

function ChangeRow({ change }: { change: VersionChange }) {
  const { meter, when, source } = rateOf(change);
  const { before, after } = sidesOf(change);
  const ratio = ratioOf(change);
  return (
    <li className={classes.row}>
      <span>
        {meterText(meter)}
        <RateConditions when={when} />
      </span>
      <span className={classes.prices}>
        <Side label="From" rate={before} absent="No rate" />
        <IconArrowRight size={15} aria-hidden />
        <Side label="To" rate={after} absent="No rate" />
        {ratio !== null && (
          <Text span size="xs" c="dimmed">
            {ratioText(ratio)}
          </Text>
        )}
      </span>
      <Group gap={6} className={classes.kind}>
        <Badge size="sm" variant="light" color={COLORS[change.kind]}>
          {WORDS[change.kind]}
        </Badge>
        <SourceBadge source={source} />
      </Group>
    </li>
  );
}

const Side = ({ label, rate, absent }: { label: string; rate: VersionRate | null; absent: string }) => (
  <span>
    <VisuallyHidden>{label} </VisuallyHidden>
    {rate === null ? (
      <span className={classes.absent}>{absent}</span>
    ) : (
      <>
        <UnitPrice price={unitPrice({ ...rate, unit: unitOfMeter(rate.meter) }, "1m")} quiet />
        {rate.free && <span className={classes.absent}> free</span>}
      </>
    )}
  </span>
);

const WORDS: { [Kind in VersionChange["kind"]]: string } = {
  added: "New",
  changed: "Changed",
  removed: "Closed",
};
const COLORS: { [Kind in VersionChange["kind"]]: string } = {
  added: "teal",
  changed: "blue",
  removed: "gray",
};

const PORTION = 200;
