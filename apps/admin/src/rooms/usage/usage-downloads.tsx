import { Button, Group, Menu } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { exportAddress, type UsageView } from "./usage-view.ts";

type UsageDownloadsProps = {
  view: UsageView;
  /** Whether it is one customer's usage, which can be had event by event. */
  ofOne: boolean;
};

/** What is shown as a file; each ends with the ledger's own sum. */
export const UsageDownloads = ({ view, ofOne }: UsageDownloadsProps) => (
  <Group gap="xs">
    <Button
      component="a"
      href={exportAddress(view, "csv", "timeseries")}
      download
      variant="default"
      size="sm"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      Download as CSV
    </Button>
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="subtle" size="sm" rightSection={<IconChevronDown size={16} aria-hidden />}>
          Other files
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportAddress(view, "json", "timeseries")} download>
          What is shown, as JSON
        </Menu.Item>
        {ofOne && (
          <>
            <Menu.Item component="a" href={exportAddress(view, "csv", "events")} download>
              Every event, as CSV
            </Menu.Item>
            <Menu.Item component="a" href={exportAddress(view, "json", "events")} download>
              Every event, as JSON
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  </Group>
);
