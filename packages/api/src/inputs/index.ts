export {
  AgentBody,
  AppBody,
  CreateCustomerInput,
  CreateKeyInput,
  CustomerBody,
  CustomerRef,
  ImportKeyInput,
  ListAuditInput,
  ListCustomersInput,
  PageInput,
  RevokeKeyInput,
  UpsertAgentInput,
  UpsertAppInput,
  UpsertCustomerInput,
} from "./accounts.ts";
export { ExternalId, Limit, Metadata, shortText } from "./text.ts";
