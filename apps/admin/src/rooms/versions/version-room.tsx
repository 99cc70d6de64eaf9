import { Anchor, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowLeft, IconSearch, IconVersions } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Instant } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { errorStatus } from "../../app/error-sentence.ts";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { ChangeList } from "./change-list.tsx";
import { CompareWith } from "./compare-with.tsx";
import { RollBack } from "./roll-back.tsx";
import { changeCounts, changesWith, readVersion, type VersionDiff } from "./version-changes.ts";

/** One version of the catalogue and its differences to the one before, or to any other. */
export function VersionRoom() {
  const { version: named } = useParams({ strict: false });
  const version = readVersion(named);
  const [params] = useAddressParams();
  const against = readVersion(params.get("against"));
  const diff = useQuery(
    useTRPC().catalog.version.queryOptions(
      { version: version ?? 0, ...(against !== null && { against }) },
      { enabled: version !== null && version > 0, placeholderData: keepPreviousData },
    ),
  );
  if (diff.data) return <Version diff={diff.data} />;
  const unknown = version === null || version < 1 || (diff.isError && errorStatus(diff.error) === 404);
  if (!unknown && diff.isPending) return <LoadingRoom />;
  return (
    <>
      <PageHeader title={`Version ${named ?? ""}`} above={<BackToVersions />} />
      {unknown ? (
        <EmptyState icon={IconVersions} title="There is no such version" />
      ) : (
        <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />
      )}
    </>
  );
}

function Version({ diff }: { diff: VersionDiff }) {
  const [, change] = useAddressParams();
  const [search, setSearch] = useState("");
  const { version, against, changes } = diff;
  const counts = changeCounts(changes);
  const found = changesWith(changes, search);
  return (
    <>
      <PageHeader
        title={`Version ${version}`}
        above={<BackToVersions />}
        description={
          <>
            In force from <Instant at={diff.activeFrom} />, brought by {diff.source}
            {diff.note !== null && `: ${diff.note}`}
            {diff.runId !== null && (
              <>
                {" · "}
                <Anchor
                  inherit
                  renderRoot={(props) => (
                    <Link {...props} to="/sync-runs/$runId" params={{ runId: diff.runId ?? "" }} />
                  )}
                >
                  its sync run
                </Anchor>
              </>
            )}
          </>
        }
      >
        <RollBack version={version} />
      </PageHeader>
      <Stack gap="lg">
        <Figures label="What it holds">
          <Figure label="Rates in it" value={diff.rates.toLocaleString("en")} />
          <Figure label="New" value={counts.added} note={`Not in version ${against}`} />
          <Figure label="Changed" value={counts.changed} />
          <Figure label="Closed" value={counts.removed} note={`Only in version ${against}`} />
        </Figures>
        <Panel
          flush
          title={against === 0 ? "Everything in it" : `Differences to version ${against}`}
          action={
            <Group gap="sm" align="flex-end">
              <CompareWith
                version={version}
                against={against}
                onChange={(next) => change({ against: next === null ? null : String(next) }, "push")}
              />
              <TextInput
                label="Find"
                size="sm"
                type="search"
                placeholder="Offering, meter or source"
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
                leftSection={<IconSearch size={15} aria-hidden />}
              />
            </Group>
          }
        >
          {changes.length === 0 && (
            <EmptyState icon={IconVersions} title={`The same prices as version ${against}`} />
          )}
          {changes.length > 0 && found.length === 0 && (
            <EmptyState icon={IconSearch} title="No change matches" />
          )}
          {found.length > 0 && <ChangeList key={`${against} ${search}`} changes={found} />}
        </Panel>
        <Text size="sm" c="dimmed">
          Debits of this version's time keep its prices, whatever comes after.
        </Text>
      </Stack>
    </>
  );
}

const BackToVersions = () => (
  <Anchor component={Link} to="/versions" size="sm" w="fit-content">
    <Group gap={4} component="span">
      <IconArrowLeft size={15} aria-hidden />
      Versions
    </Group>
  </Anchor>
);
