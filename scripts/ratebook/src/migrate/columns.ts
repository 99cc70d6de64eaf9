/** What a customer's row may say, by our names. */
export const CUSTOMER_FIELDS = [
  "external_id",
  "name",
  "email",
  "balance",
  "promotional_balance",
  "stripe_customer_id",
  "stripe_payment_method_id",
  "auto_top_up_threshold",
  "auto_top_up_amount",
] as const;
export type CustomerField = (typeof CUSTOMER_FIELDS)[number];

/** What a key's row may say. `hash` is the hex SHA-256 of the key's text. */
export const KEY_FIELDS = ["external_id", "hash", "prefix", "last_four", "name", "expires_at"] as const;
export type KeyField = (typeof KEY_FIELDS)[number];

/** Their column for ours, where it has another name. */
export type Columns<Field extends string> = { readonly [K in Field]?: string };

/**
 * Column names of systems whose tables can be exported as they are; read 2026-11-28 in their public schemas. What is not
 * named has our name.
 */
export const SYSTEMS: {
  readonly [system: string]: { customers: Columns<CustomerField>; keys: Columns<KeyField> };
} = {
  // Tables organizations and api_keys.
  elizaos: {
    customers: {
      external_id: "id",
      email: "billing_email",
      balance: "credit_balance",
      stripe_payment_method_id: "stripe_default_payment_method",
    },
    keys: { external_id: "organization_id", hash: "key_hash", prefix: "key_prefix" },
  },
  // Tables LiteLLM_TeamTable (with balance = max_budget − spend as a column) and LiteLLM_VerificationToken.
  litellm: {
    customers: { external_id: "team_id", name: "team_alias" },
    keys: { external_id: "team_id", hash: "token", name: "key_alias", expires_at: "expires" },
  },
  // Customers with the balance of the feature that is sold as credits.
  autumn: { customers: { external_id: "id", stripe_customer_id: "processor_id" }, keys: {} },
  // Customers joined with their wallet.
  lago: {
    customers: { balance: "credits_balance", stripe_customer_id: "provider_customer_id" },
    keys: {},
  },
};
