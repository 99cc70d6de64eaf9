import { useMe } from "../../session/use-me.ts";
import { CustomerOverview } from "./customer-overview.tsx";
import { OperatorOverview } from "./operator-overview.tsx";

/** The first look: the platform's money and prices for operators, one's own credits for everybody else. */
export function OverviewRoom() {
  const me = useMe();
  return me.kind === "operator" ? <OperatorOverview /> : <CustomerOverview />;
}
