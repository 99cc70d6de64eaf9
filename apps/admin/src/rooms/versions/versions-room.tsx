import { Anchor, Table, Text } from "@mantine/core";
import { IconVersions } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import classes from "./versions.module.css";

/** Every version of the catalogue, the newest first; each leads to what it changed. */
export function VersionsRoom() {
  const { cursor, page, next, back } = usePages<number>();
  const versions = useQuery(
    useTRPC().catalog.versions.queryOptions(
      { limit: 25, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <PageHeader
        title="Versions"
        description="Every set of prices that was ever in force. A version never changes; a receipt names the one it used."
      />
      <Panel flush>
        <QueryBody
          query={versions}
          flush
          empty={{
            when: ({ items }) => items.length === 0 && page === 1,
            show: (
              <EmptyState icon={IconVersions} title="No version yet">
                The first one is published when a source's prices pass the guard.
              </EmptyState>
            ),
          }}
        >
          {({ items, nextCursor }) => (
            <>
              <DataTable label="Versions" minWidth={760}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Version</Table.Th>
                    <Table.Th scope="col">In force from</Table.Th>
                    <Table.Th scope="col">Brought by</Table.Th>
                    <Table.Th scope="col" className="number">
                      New
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      Changed
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      Closed
                    </Table.Th>
                    <Table.Th scope="col">Note</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((version) => (
                    <VersionRow key={version.version} version={version} />
                  ))}
                </Table.Tbody>
              </DataTable>
              <Pager
                page={page}
                nextCursor={nextCursor}
                onBack={back}
                onNext={() => nextCursor !== null && next(nextCursor)}
              />
            </>
          )}
        </QueryBody>
      </Panel>
    </>
  );
}

type Version = Api<"catalog", "versions">["items"][number];

const VersionRow = ({ version }: { version: Version }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => (
          <Link {...props} to="/versions/$version" params={{ version: String(version.version) }} />
        )}
      >
        Version {version.version}
      </Anchor>
    </Table.Td>
    <Table.Td>
      <Age at={version.activeFrom} />
    </Table.Td>
    <Table.Td>
      <SourceBadge source={version.source} />
    </Table.Td>
    <Table.Td className="number">{version.added}</Table.Td>
    <Table.Td className="number">{version.changed}</Table.Td>
    <Table.Td className="number">{version.closed}</Table.Td>
    <Table.Td className={classes.note}>
      {version.note ?? (
        <Text span size="sm" c="dimmed">
          –
        </Text>
      )}
    </Table.Td>
  </Table.Tr>
);
