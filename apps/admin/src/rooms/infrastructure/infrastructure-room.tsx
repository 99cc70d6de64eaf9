import { useMe } from "../../session/use-me.ts";
import { CustomerInfrastructure } from "./customer-infrastructure.tsx";
import { OperatorInfrastructure } from "./operator-infrastructure.tsx";

/** What is billed by the day: every customer's for operators, one's own for everybody else. */
export function InfrastructureRoom() {
  const me = useMe();
  return me.kind === "operator" ? <OperatorInfrastructure /> : <CustomerInfrastructure />;
}
