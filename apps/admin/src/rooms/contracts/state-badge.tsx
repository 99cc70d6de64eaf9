import { Badge } from "@mantine/core";
import type { Contract } from "./contract.ts";

/** Whether a version holds, will hold or held. */
export const StateBadge = ({ state }: { state: Contract["state"] }) => (
  <Badge variant="light" color={COLORS[state]}>
    {state}
  </Badge>
);

const COLORS: { [State in Contract["state"]]: string } = { active: "teal", scheduled: "blue", ended: "gray" };
