export { type Answer, type BillingDoors, billingDoors } from "./billing-doors.ts";
