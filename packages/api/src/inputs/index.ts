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
export { DecideProposalInput, ImportDocumentInput, RequestRunInput, SetListedInput } from "./catalog.ts";
export { OfferingName, PriceListInput, SetPolicyInput } from "./pricing.ts";
export { ExternalId, Limit, Metadata, shortText } from "./text.ts";
