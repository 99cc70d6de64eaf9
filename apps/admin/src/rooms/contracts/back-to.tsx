import { Anchor, Group } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

/** The way back above a title. */
export const BackTo = ({ to, children }: { to: "/contracts" | "/contracts/plans"; children: string }) => (
  <Anchor
    size="sm"
    underline="hover"
    style={{ alignSelf: "flex-start" }}
    renderRoot={(props) => <Link {...props} to={to} />}
  >
    <Group gap={4}>
      <IconArrowLeft size={15} aria-hidden /> {children}
    </Group>
  </Anchor>
);
