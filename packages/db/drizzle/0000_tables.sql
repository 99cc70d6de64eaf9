CREATE TABLE "ratebook"."agent" (
	"customer_id" uuid NOT NULL,
	"agent_id" text NOT NULL,
	"name" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_customer_id_agent_id_pk" PRIMARY KEY("customer_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."api_key" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"customer_id" uuid,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"previous_hash" text,
	"previous_until" timestamp with time zone,
	"prefix" text NOT NULL,
	"last_four" text NOT NULL,
	"scopes" text[] NOT NULL,
	"requests_per_minute" integer,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_key_rate" CHECK (requests_per_minute > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."app" (
	"customer_id" uuid NOT NULL,
	"app_id" text NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "app_customer_id_app_id_pk" PRIMARY KEY("customer_id","app_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."audit_entry" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"customer_id" uuid,
	"before" jsonb,
	"after" jsonb,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."customer" (
	"id" uuid PRIMARY KEY NOT NULL,
	"external_id" text,
	"name" text NOT NULL,
	"email" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"recipient" text NOT NULL,
	"template" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	"html" text,
	"state" text NOT NULL,
	"error" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "ratebook"."setting" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"secret" boolean DEFAULT false NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."alert_level" (
	"customer_id" uuid NOT NULL,
	"name" text NOT NULL,
	"percent" integer,
	"level_nanos" bigint,
	"crossed_seq" bigint DEFAULT 0 NOT NULL,
	"announced_seq" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "alert_level_customer_id_name_pk" PRIMARY KEY("customer_id","name"),
	CONSTRAINT "alert_level_percent" CHECK (percent between 1 and 100),
	CONSTRAINT "alert_level_amount" CHECK (level_nanos > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."alert_setting" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"by_mail" boolean NOT NULL,
	"emails" text[] NOT NULL,
	"runway_days" integer,
	"daily_spend_nanos" bigint,
	"monthly_spend_nanos" bigint,
	"last_top_up_nanos" bigint,
	"runway_armed" boolean DEFAULT true NOT NULL,
	"runway_episode" integer DEFAULT 0 NOT NULL,
	"daily_told_on" date,
	"monthly_told_on" date,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "alert_setting_limits" CHECK (runway_days between 1 and 90),
	CONSTRAINT "alert_setting_spend" CHECK (daily_spend_nanos > 0 and monthly_spend_nanos > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_day" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"day" date NOT NULL,
	"slice" uuid NOT NULL,
	"offering" text NOT NULL,
	"billing" text NOT NULL,
	"agent_id" text NOT NULL,
	"app_id" text NOT NULL,
	"key_id" text NOT NULL,
	"user_id" text NOT NULL,
	"tags" text[] NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_day_bucket_account_id_day_slice_pk" PRIMARY KEY("bucket","account_id","day","slice")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_day_change" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"day" date NOT NULL,
	"late_events" bigint DEFAULT 0 NOT NULL,
	"late_amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_day_change_bucket_account_id_day_pk" PRIMARY KEY("bucket","account_id","day")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_day_offering" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"day" date NOT NULL,
	"offering" text NOT NULL,
	"billing" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_day_offering_bucket_account_id_day_offering_billing_pk" PRIMARY KEY("bucket","account_id","day","offering","billing")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_day_total" (
	"day" date NOT NULL,
	"offering" text NOT NULL,
	"billing" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_day_total_day_offering_billing_pk" PRIMARY KEY("day","offering","billing")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_export_line" (
	"export_id" uuid NOT NULL,
	"place" integer NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"start" timestamp with time zone,
	"key" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_export_line_export_id_place_pk" PRIMARY KEY("export_id","place")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_hour_offering" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"offering" text NOT NULL,
	"billing" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_hour_offering_bucket_account_id_start_offering_billing_pk" PRIMARY KEY("bucket","account_id","start","offering","billing")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_quarter" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"start" timestamp with time zone NOT NULL,
	"slice" uuid NOT NULL,
	"offering" text NOT NULL,
	"billing" text NOT NULL,
	"agent_id" text NOT NULL,
	"app_id" text NOT NULL,
	"key_id" text NOT NULL,
	"user_id" text NOT NULL,
	"tags" text[] NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"parked" bigint DEFAULT 0 NOT NULL,
	"bills" bigint DEFAULT 0 NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"corrections" bigint DEFAULT 0 NOT NULL,
	"corrected" bigint DEFAULT 0 NOT NULL,
	"upstream" bigint DEFAULT 0 NOT NULL,
	"byok_upstream" bigint DEFAULT 0 NOT NULL,
	"cost" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_quarter_bucket_account_id_start_slice_pk" PRIMARY KEY("bucket","account_id","start","slice")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_rolled" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	CONSTRAINT "usage_rolled_bucket_account_id_pk" PRIMARY KEY("bucket","account_id"),
	CONSTRAINT "usage_rolled_seq" CHECK (seq >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."account" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."invitation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"inviter_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."member" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."organization" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"metadata" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."session" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"token" text NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"active_organization_id" text,
	"impersonated_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."user" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text,
	"banned" boolean,
	"ban_reason" text,
	"ban_expires" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."verification" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."auto_top_up" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"enabled" boolean NOT NULL,
	"mode" text NOT NULL,
	"threshold_nanos" bigint NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"daily_cap_nanos" bigint NOT NULL,
	"monthly_cap_nanos" bigint NOT NULL,
	"consent_text" text,
	"consent_at" timestamp with time zone,
	"consent_by" text,
	"declines" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"suspended_at" timestamp with time zone,
	"declined_card" text,
	"frozen_by" text[] DEFAULT '{}' NOT NULL,
	"crossing_seq" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auto_top_up_amounts" CHECK (threshold_nanos >= 0 and amount_nanos > 0),
	CONSTRAINT "auto_top_up_caps" CHECK (daily_cap_nanos >= 0 and monthly_cap_nanos >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."auto_top_up_attempt" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"crossing_seq" bigint NOT NULL,
	"retry" integer NOT NULL,
	"trigger" text NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"balance_nanos" bigint NOT NULL,
	"state" text NOT NULL,
	"decline_code" text,
	"decline_reason" text,
	"message" text,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "ratebook"."budget" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"budget_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"period" text NOT NULL,
	"limit_nanos" bigint NOT NULL,
	"hard" boolean NOT NULL,
	"alert_percents" smallint[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "budget_bucket_account_id_budget_id_pk" PRIMARY KEY("bucket","account_id","budget_id"),
	CONSTRAINT "budget_period_of" UNIQUE("bucket","account_id","subject","subject_id","period"),
	CONSTRAINT "budget_subject" CHECK ((subject = 'organization') = (subject_id = '')),
	CONSTRAINT "budget_period" CHECK (period in ('day', 'week', 'month')),
	CONSTRAINT "budget_limit" CHECK (limit_nanos > 0),
	CONSTRAINT "budget_alerts" CHECK (1 <= all(alert_percents) and 100 >= all(alert_percents))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."budget_counter" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"budget_id" uuid NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"spent" bigint NOT NULL,
	"held" bigint NOT NULL,
	CONSTRAINT "budget_counter_bucket_account_id_budget_id_period_start_pk" PRIMARY KEY("bucket","account_id","budget_id","period_start"),
	CONSTRAINT "budget_counter_amounts" CHECK (spent >= 0 and held >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."spending_pause" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"reason" text NOT NULL,
	"paused_at" timestamp with time zone NOT NULL,
	CONSTRAINT "spending_pause_bucket_account_id_subject_subject_id_pk" PRIMARY KEY("bucket","account_id","subject","subject_id"),
	CONSTRAINT "spending_pause_subject" CHECK ((subject = 'organization') = (subject_id = ''))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."catalogue_version" (
	"version" integer PRIMARY KEY NOT NULL,
	"active_from" timestamp with time zone NOT NULL,
	"source" text NOT NULL,
	"run_id" uuid,
	"added" integer NOT NULL,
	"changed" integer NOT NULL,
	"closed" integer NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."markup_policy" (
	"version" integer PRIMARY KEY NOT NULL,
	"active_from" timestamp with time zone NOT NULL,
	"rules" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."meter_definition" (
	"name" text PRIMARY KEY NOT NULL,
	"unit" text NOT NULL,
	"integer" boolean NOT NULL,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."offering" (
	"offering" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"modality" text NOT NULL,
	"name" text,
	"aliases" text[] DEFAULT '{}'::text[] NOT NULL,
	"listed_by_rule" boolean DEFAULT false NOT NULL,
	"listed_by_hand" boolean,
	"default_request" jsonb,
	"source_url" text,
	"checked_at" timestamp with time zone,
	"source" text NOT NULL,
	"first_version" integer NOT NULL,
	"revision" bigint NOT NULL,
	"missing_since" timestamp with time zone,
	"retired_at" timestamp with time zone,
	"retired_reason" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."rate" (
	"rate_id" uuid PRIMARY KEY NOT NULL,
	"offering" text NOT NULL,
	"meter" text NOT NULL,
	"condition_key" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"usd" numeric(30, 18) NOT NULL,
	"per" bigint NOT NULL,
	"free" boolean DEFAULT false NOT NULL,
	"minimum" numeric(30, 18),
	"increment" numeric(30, 18),
	"included" numeric(30, 18),
	"own_cost" numeric(30, 18),
	"source" text NOT NULL,
	"sha256" text NOT NULL,
	"where_in_document" text,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"opened_version" integer NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_version" integer,
	"closed_at" timestamp with time zone,
	CONSTRAINT "rate_usd" CHECK ("ratebook"."rate"."usd" >= 0 and "ratebook"."rate"."usd" <> 'NaN'),
	CONSTRAINT "rate_zero_is_explicit" CHECK ("ratebook"."rate"."usd" > 0 or "ratebook"."rate"."free"),
	CONSTRAINT "rate_per" CHECK ("ratebook"."rate"."per" > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."contract_plan" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"terms" jsonb NOT NULL,
	"retired" boolean DEFAULT false NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."contract_version" (
	"version" integer PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"terms" jsonb NOT NULL,
	"plan" text,
	"note" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "contract_version_span" CHECK (valid_until is null or valid_until >= valid_from)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."contract_volume" (
	"customer_id" uuid NOT NULL,
	"discount_id" text NOT NULL,
	"month" date NOT NULL,
	"events" bigint DEFAULT 0 NOT NULL,
	"volume" numeric(40, 0) DEFAULT 0 NOT NULL,
	"gross" bigint DEFAULT 0 NOT NULL,
	"given" bigint DEFAULT 0 NOT NULL,
	"closed_events" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "contract_volume_customer_id_discount_id_month_pk" PRIMARY KEY("customer_id","discount_id","month"),
	CONSTRAINT "contract_volume_amounts" CHECK (volume >= 0 and gross >= 0 and given >= 0 and given <= gross)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."contract_volume_close" (
	"customer_id" uuid NOT NULL,
	"discount_id" text NOT NULL,
	"month" date NOT NULL,
	"events" bigint NOT NULL,
	"due" bigint NOT NULL,
	"given" bigint NOT NULL,
	"closed_before" bigint NOT NULL,
	"grant_op_id" uuid,
	"closed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "contract_volume_close_customer_id_discount_id_month_events_pk" PRIMARY KEY("customer_id","discount_id","month","events"),
	CONSTRAINT "contract_volume_close_due" CHECK (due >= given + closed_before)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."credit_line_period" (
	"customer_id" uuid NOT NULL,
	"month" date NOT NULL,
	"contract_version" integer NOT NULL,
	"grant_op_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "credit_line_period_customer_id_month_pk" PRIMARY KEY("customer_id","month")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."credit_pack" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"price_cents" bigint NOT NULL,
	"bonus_nanos" bigint DEFAULT 0 NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"active_from" timestamp with time zone,
	"active_until" timestamp with time zone,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "credit_pack_amounts" CHECK (price_cents > 0 and bonus_nanos >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."promotion" (
	"id" uuid PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"bonus_bps" integer DEFAULT 0 NOT NULL,
	"bonus_nanos" bigint DEFAULT 0 NOT NULL,
	"pack_id" uuid,
	"min_cents" bigint DEFAULT 0 NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"per_customer_limit" integer,
	"needs_code" boolean DEFAULT false NOT NULL,
	"bonus_days" integer,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "promotion_bonus" CHECK (bonus_bps between 0 and 100000 and bonus_nanos >= 0 and min_cents >= 0),
	CONSTRAINT "promotion_limit" CHECK (per_customer_limit > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."promotion_code" (
	"code" text PRIMARY KEY NOT NULL,
	"promotion_id" uuid NOT NULL,
	"max_uses" integer,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."promotion_use" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"promotion_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"code" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."custom_invoice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"client_key" text NOT NULL,
	"meaning" text NOT NULL,
	"title" text NOT NULL,
	"lines" jsonb NOT NULL,
	"taxes" jsonb NOT NULL,
	"net_nanos" bigint NOT NULL,
	"total_nanos" bigint NOT NULL,
	"reference" text,
	"due_at" timestamp with time zone NOT NULL,
	"state" text NOT NULL,
	"paid_at" timestamp with time zone,
	"refunded_nanos" bigint DEFAULT 0 NOT NULL,
	"taken_nanos" bigint DEFAULT 0 NOT NULL,
	"refunds" integer DEFAULT 0 NOT NULL,
	"reminders" integer DEFAULT 0 NOT NULL,
	"issued_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "custom_invoice_amounts" CHECK (net_nanos > 0 and total_nanos >= net_nanos),
	CONSTRAINT "custom_invoice_paid" CHECK ((state = 'paid') = (paid_at is not null)),
	CONSTRAINT "custom_invoice_back" CHECK (refunded_nanos between 0 and total_nanos and taken_nanos between 0 and net_nanos)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."custom_invoice_posting" (
	"op_id" uuid PRIMARY KEY NOT NULL,
	"custom_invoice_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"client_key" text NOT NULL,
	"kind" text NOT NULL,
	"total_nanos" bigint NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"moved_at" timestamp with time zone NOT NULL,
	"reference" text NOT NULL,
	"reason" text NOT NULL,
	"debt_allowed" boolean NOT NULL,
	"recorded_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "custom_invoice_posting_key" UNIQUE("custom_invoice_id","client_key"),
	CONSTRAINT "custom_invoice_posting_sign" CHECK ((kind = 'payment') = (total_nanos > 0) and (total_nanos > 0) = (amount_nanos > 0))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."recurring_grant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"name" text NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"period" text NOT NULL,
	"rollover_cap_nanos" bigint DEFAULT 0 NOT NULL,
	"subscription_id" text,
	"plan_id" uuid,
	"latest_grant_id" uuid,
	"latest_ends_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"anchor_at" timestamp with time zone NOT NULL,
	"granted" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone,
	"active" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "recurring_grant_amounts" CHECK (amount_nanos > 0 and rollover_cap_nanos >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."signup_grant" (
	"email" text PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"address" text,
	"amount_nanos" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."billing_details" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"address" text[] NOT NULL,
	"country" text,
	"vat_id" text,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."invoice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"seller" text NOT NULL,
	"series" text NOT NULL,
	"year" integer NOT NULL,
	"sequence" integer NOT NULL,
	"number" text NOT NULL,
	"test" boolean NOT NULL,
	"customer_id" uuid NOT NULL,
	"purchase_id" uuid NOT NULL,
	"purchase_kind" text NOT NULL,
	"step" integer NOT NULL,
	"rail_invoice_id" text,
	"currency" text NOT NULL,
	"net_nanos" bigint NOT NULL,
	"tax_nanos" bigint NOT NULL,
	"total_nanos" bigint NOT NULL,
	"credits_nanos" bigint NOT NULL,
	"seller_details" jsonb NOT NULL,
	"customer_details" jsonb NOT NULL,
	"lines" jsonb NOT NULL,
	"taxes" jsonb NOT NULL,
	"payment" text NOT NULL,
	"paid_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	"issued_at" timestamp with time zone NOT NULL,
	CONSTRAINT "invoice_sequence" UNIQUE("seller","series","year","sequence"),
	CONSTRAINT "invoice_total" CHECK (total_nanos = net_nanos + tax_nanos),
	CONSTRAINT "invoice_sign" CHECK ((kind = 'credit_note') = (total_nanos < 0) and total_nanos <> 0),
	CONSTRAINT "invoice_paid_or_due" CHECK (paid_at is not null or due_at is not null),
	CONSTRAINT "invoice_step" CHECK ((kind = 'invoice') = (step = 0))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."invoice_counter" (
	"seller" text NOT NULL,
	"series" text NOT NULL,
	"year" integer NOT NULL,
	"last" integer NOT NULL,
	CONSTRAINT "invoice_counter_seller_series_year_pk" PRIMARY KEY("seller","series","year")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."allocation" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"consumed_from" bigint NOT NULL,
	"consumed_to" bigint NOT NULL,
	"grant_id" uuid NOT NULL,
	CONSTRAINT "allocation_bucket_account_id_consumed_to_pk" PRIMARY KEY("bucket","account_id","consumed_to"),
	CONSTRAINT "allocation_range" CHECK (consumed_from >= 0 and consumed_to > consumed_from)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."entry" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"op_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"contra" text,
	"amount" bigint NOT NULL,
	"held_delta" bigint NOT NULL,
	"debt_delta" bigint NOT NULL,
	"balance_after" bigint NOT NULL,
	"held_after" bigint NOT NULL,
	"debt_after" bigint NOT NULL,
	"consumed_after" bigint NOT NULL,
	"asked" bigint NOT NULL,
	"ref_id" uuid,
	"meaning_hash" "bytea",
	"late" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "entry_bucket_account_id_seq_pk" PRIMARY KEY("bucket","account_id","seq"),
	CONSTRAINT "entry_op" UNIQUE("op_id","account_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."grant" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"grant_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"remaining" bigint NOT NULL,
	"priority" smallint NOT NULL,
	"category" text NOT NULL,
	"expires_at" timestamp with time zone DEFAULT 'infinity'::timestamptz NOT NULL,
	"source" text NOT NULL,
	"seq" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "grant_bucket_account_id_grant_id_pk" PRIMARY KEY("bucket","account_id","grant_id"),
	CONSTRAINT "grant_remaining" CHECK (amount > 0 and remaining between 0 and amount),
	CONSTRAINT "grant_category" CHECK (category in ('purchased', 'promotional', 'credit_line'))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."hold" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"state" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"catalogue_version" integer,
	"policy_version" integer,
	"contract" text,
	"budgets" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "hold_bucket_account_id_hold_id_pk" PRIMARY KEY("bucket","account_id","hold_id"),
	CONSTRAINT "hold_amount" CHECK (amount >= 0),
	CONSTRAINT "hold_state" CHECK (state in ('open', 'expired')),
	CONSTRAINT "hold_lifetime" CHECK (expires_at > created_at and expires_at <= created_at + interval '24 hours')
);
--> statement-breakpoint
CREATE TABLE "ratebook"."outbox" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "outbox_bucket_account_id_id_pk" PRIMARY KEY("bucket","account_id","id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."usage_event" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"op_id" uuid NOT NULL,
	"offering" text,
	"provider" text,
	"model" text,
	"pools" json NOT NULL,
	"dimensions" jsonb NOT NULL,
	"lines" json NOT NULL,
	"list_cost" bigint NOT NULL,
	"own_cost" bigint,
	"amount" bigint NOT NULL,
	"catalogue_version" integer,
	"policy_version" integer,
	"contract" text,
	"agent_id" text,
	"app_id" text,
	"key_id" text,
	"user_id" text,
	"billing" text NOT NULL,
	"state" text NOT NULL,
	"park_reason" text,
	"outcome" text,
	"hold_id" uuid,
	"quote_id" text,
	"late" boolean NOT NULL,
	"metadata" jsonb NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_event_op_id_account_id_bucket_pk" PRIMARY KEY("op_id","account_id","bucket"),
	CONSTRAINT "usage_event_amounts" CHECK (amount >= 0 and list_cost >= 0 and own_cost >= 0),
	CONSTRAINT "usage_event_billing" CHECK (billing in ('platform', 'byok')),
	CONSTRAINT "usage_event_state" CHECK (state = 'rated' or (state = 'parked' and amount = 0))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."wallet" (
	"bucket" smallint NOT NULL,
	"account_id" uuid NOT NULL,
	"balance" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"granted" bigint DEFAULT 0 NOT NULL,
	"consumed" bigint DEFAULT 0 NOT NULL,
	"forfeited" bigint DEFAULT 0 NOT NULL,
	"revoked" bigint DEFAULT 0 NOT NULL,
	"allocated" bigint DEFAULT 0 NOT NULL,
	"debt" bigint DEFAULT 0 NOT NULL,
	"debt_cap" bigint DEFAULT 10000000000 NOT NULL,
	"seq" bigint DEFAULT 0 NOT NULL,
	"next_event_at" timestamp with time zone DEFAULT 'infinity'::timestamptz NOT NULL,
	"keeps_expired" boolean DEFAULT false NOT NULL,
	"watch_below" bigint[],
	"lift_level" bigint,
	"status" text DEFAULT 'active' NOT NULL,
	"has_limits" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wallet_bucket_account_id_pk" PRIMARY KEY("bucket","account_id"),
	CONSTRAINT "wallet_held" CHECK (held >= 0 and balance >= held),
	CONSTRAINT "wallet_debt" CHECK (debt >= 0 and debt_cap >= 0),
	CONSTRAINT "wallet_balance" CHECK (balance = granted - consumed - forfeited - revoked),
	CONSTRAINT "wallet_allocated" CHECK (allocated between 0 and consumed),
	CONSTRAINT "wallet_status" CHECK (status in ('active', 'suspended'))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."upstream_import" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"account" text NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"rows" integer NOT NULL,
	"total" bigint NOT NULL,
	"first_day" date NOT NULL,
	"last_day" date NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" timestamp with time zone NOT NULL,
	CONSTRAINT "upstream_import_document" UNIQUE("provider","account","sha256")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."upstream_line" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"provider" text NOT NULL,
	"account" text NOT NULL,
	"day" date NOT NULL,
	"model" text NOT NULL,
	"offering" text NOT NULL,
	"requests" bigint,
	"amount" bigint NOT NULL,
	"superseded_by" uuid,
	CONSTRAINT "upstream_line_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."upstream_mapping" (
	"provider" text PRIMARY KEY NOT NULL,
	"mapping" jsonb NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_consent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"text" text NOT NULL,
	"given_by" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_dispute" (
	"gateway" text NOT NULL,
	"rail_id" text NOT NULL,
	"order_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"amount_cents" bigint NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_dispute_gateway_rail_id_pk" PRIMARY KEY("gateway","rail_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_event" (
	"gateway" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"live" boolean NOT NULL,
	"fact" jsonb NOT NULL,
	"order_id" uuid,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"handled_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "payment_event_gateway_event_id_pk" PRIMARY KEY("gateway","event_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_order" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"client_key" text NOT NULL,
	"meaning" text NOT NULL,
	"kind" text NOT NULL,
	"gateway" text NOT NULL,
	"test" boolean NOT NULL,
	"currency" text NOT NULL,
	"amount_cents" bigint NOT NULL,
	"credits_nanos" bigint NOT NULL,
	"bonus_nanos" bigint DEFAULT 0 NOT NULL,
	"bonus_expires_at" timestamp with time zone,
	"pack_id" uuid,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"request" jsonb NOT NULL,
	"checkout_id" text,
	"payment_id" text,
	"rail_invoice_id" text,
	"url" text,
	"expires_at" timestamp with time zone,
	"failure_code" text,
	"failure_message" text,
	"mismatch" text,
	"card_brand" text,
	"card_last_four" text,
	"refunded_cents" bigint DEFAULT 0 NOT NULL,
	"disputed_cents" bigint DEFAULT 0 NOT NULL,
	"credits_taken_nanos" bigint DEFAULT 0 NOT NULL,
	"bonus_taken_nanos" bigint DEFAULT 0 NOT NULL,
	"steps" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"purged_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	CONSTRAINT "payment_order_amounts" CHECK (amount_cents > 0 and credits_nanos > 0 and bonus_nanos >= 0),
	CONSTRAINT "payment_order_taken" CHECK (credits_taken_nanos between 0 and credits_nanos and bonus_taken_nanos between 0 and bonus_nanos),
	CONSTRAINT "payment_order_settled" CHECK ((state = 'settled') = (settled_at is not null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_posting" (
	"op_id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"part" text NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."payment_refund" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"client_key" text NOT NULL,
	"rail_id" text,
	"amount_cents" bigint NOT NULL,
	"state" text NOT NULL,
	"reason" text NOT NULL,
	"debt_allowed" boolean NOT NULL,
	"failure_reason" text,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_refund_key" UNIQUE("order_id","client_key"),
	CONSTRAINT "payment_refund_amount" CHECK (amount_cents > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."rail_customer" (
	"customer_id" uuid NOT NULL,
	"gateway" text NOT NULL,
	"rail_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "rail_customer_customer_id_gateway_pk" PRIMARY KEY("customer_id","gateway")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."saved_card" (
	"gateway" text NOT NULL,
	"card_id" text NOT NULL,
	"customer_id" uuid NOT NULL,
	"brand" text NOT NULL,
	"last_four" text NOT NULL,
	"expiry_month" integer NOT NULL,
	"expiry_year" integer NOT NULL,
	"fingerprint" text,
	"is_default" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "saved_card_gateway_card_id_pk" PRIMARY KEY("gateway","card_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."plan" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"price_cents" bigint NOT NULL,
	"period" text NOT NULL,
	"included_nanos" bigint NOT NULL,
	"rollover_cap_nanos" bigint DEFAULT 0 NOT NULL,
	"active" boolean NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "plan_amounts" CHECK (price_cents > 0 and included_nanos > 0 and rollover_cap_nanos >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."portal_session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"return_url" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"token_hash" text NOT NULL,
	"token_expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"visit_hash" text,
	"visit_expires_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "portal_session_used" CHECK ((used_at is null) = (visit_hash is null)),
	CONSTRAINT "portal_session_visit" CHECK ((visit_hash is null) = (visit_expires_at is null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."offering_identity" (
	"source" text NOT NULL,
	"source_offering" text NOT NULL,
	"offering" text,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "offering_identity_source_source_offering_pk" PRIMARY KEY("source","source_offering")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."own_cost" (
	"offering" text NOT NULL,
	"meter" text NOT NULL,
	"condition_key" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"usd" numeric(30, 18) NOT NULL,
	"per" bigint NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "own_cost_offering_meter_condition_key_valid_from_pk" PRIMARY KEY("offering","meter","condition_key","valid_from"),
	CONSTRAINT "own_cost_usd" CHECK ("ratebook"."own_cost"."usd" >= 0 and "ratebook"."own_cost"."usd" <> 'NaN' and "ratebook"."own_cost"."per" > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."price_override" (
	"offering" text NOT NULL,
	"meter" text NOT NULL,
	"kind" text NOT NULL,
	"proposal_id" uuid,
	"rolled_back_to" integer,
	"version" integer,
	"until" timestamp with time zone,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "price_override_offering_meter_pk" PRIMARY KEY("offering","meter")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."proposal" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"offering" text NOT NULL,
	"meter" text NOT NULL,
	"condition_key" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"action" text NOT NULL,
	"rule" text NOT NULL,
	"reason" text NOT NULL,
	"change" text NOT NULL,
	"old_usd" numeric(30, 18),
	"old_per" bigint,
	"new_usd" numeric(30, 18),
	"new_per" bigint,
	"free" boolean DEFAULT false NOT NULL,
	"minimum" numeric(30, 18),
	"increment" numeric(30, 18),
	"included" numeric(30, 18),
	"own_cost" numeric(30, 18),
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"fingerprint" text NOT NULL,
	"ratio" text,
	"sha256" text NOT NULL,
	"where_in_document" text,
	"run_id" uuid,
	"state" text NOT NULL,
	"activate_at" timestamp with time zone,
	"escalated_at" timestamp with time zone,
	"witness" text,
	"version" integer,
	"created_at" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" text,
	"decision_reason" text,
	"lapsed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "ratebook"."claim" (
	"source" text NOT NULL,
	"offering" text NOT NULL,
	"meter" text NOT NULL,
	"condition_key" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"usd" numeric(30, 18) NOT NULL,
	"per" bigint NOT NULL,
	"free" boolean DEFAULT false NOT NULL,
	"minimum" numeric(30, 18),
	"increment" numeric(30, 18),
	"included" numeric(30, 18),
	"own_cost" numeric(30, 18),
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"sha256" text NOT NULL,
	"where_in_document" text,
	"accepted_at" timestamp with time zone NOT NULL,
	"missing_since" timestamp with time zone,
	"missing_syncs" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "claim_source_offering_meter_condition_key_pk" PRIMARY KEY("source","offering","meter","condition_key"),
	CONSTRAINT "claim_usd" CHECK ("ratebook"."claim"."usd" >= 0 and "ratebook"."claim"."usd" <> 'NaN'),
	CONSTRAINT "claim_zero_is_explicit" CHECK ("ratebook"."claim"."usd" > 0 or "ratebook"."claim"."free")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."offering_claim" (
	"source" text NOT NULL,
	"offering" text NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"modality" text NOT NULL,
	"name" text,
	"aliases" text[] DEFAULT '{}'::text[] NOT NULL,
	"listed" boolean,
	"default_request" jsonb,
	"source_url" text,
	"checked_at" timestamp with time zone,
	"deprecated_at" timestamp with time zone,
	"missing_since" timestamp with time zone,
	CONSTRAINT "offering_claim_source_offering_pk" PRIMARY KEY("source","offering")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."snapshot" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"url" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"etag" text,
	"last_modified" text,
	"sha256" text NOT NULL,
	"http_status" integer,
	"content_type" text,
	"size_bytes" integer NOT NULL,
	"body" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."source_state" (
	"source" text PRIMARY KEY NOT NULL,
	"title" text,
	"homepage" text,
	"schedule" text,
	"freshness_hours" integer,
	"etag" text,
	"last_modified" text,
	"sha256" text,
	"judge_anew" boolean DEFAULT false NOT NULL,
	"as_of" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"changed_at" timestamp with time zone,
	"last_failure_at" timestamp with time zone,
	"last_failure" text,
	"offerings" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."sync_run" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"slot" timestamp with time zone NOT NULL,
	"trigger" text NOT NULL,
	"state" text NOT NULL,
	"claimed_by" text,
	"claimed_at" timestamp with time zone,
	"lease_until" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"outcome" text,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"error" text,
	"version" integer,
	"sha256" text,
	"requested_by" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."resource" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"project" text,
	"cpu" integer,
	"memory_mb" integer,
	"instances" integer NOT NULL,
	"state" text NOT NULL,
	"stop_cause" text,
	"create_key" text,
	"fee_op_id" uuid,
	"last_bytes" bigint,
	"last_sample_at" timestamp with time zone,
	"next_day" date,
	"created_at" timestamp with time zone NOT NULL,
	"deployed_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"alarmed_at" timestamp with time zone,
	CONSTRAINT "resource_size" CHECK (instances > 0 and cpu > 0 and memory_mb > 0),
	CONSTRAINT "resource_ended" CHECK ((state in ('failed', 'deleted')) = (ended_at is not null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."resource_day" (
	"resource_id" uuid NOT NULL,
	"day" date NOT NULL,
	"customer_id" uuid NOT NULL,
	"op_id" uuid NOT NULL,
	"amount_nanos" bigint NOT NULL,
	"state" text NOT NULL,
	"billed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "resource_day_resource_id_day_pk" PRIMARY KEY("resource_id","day"),
	CONSTRAINT "resource_day_amount" CHECK (amount_nanos >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."resource_intent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"resource_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"action" text NOT NULL,
	"cause" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"alarmed_at" timestamp with time zone,
	CONSTRAINT "resource_intent_ended" CHECK ((state = 'open') = (ended_at is null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."resource_run" (
	"resource_id" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"weight" bigint NOT NULL,
	CONSTRAINT "resource_run_resource_id_started_at_pk" PRIMARY KEY("resource_id","started_at"),
	CONSTRAINT "resource_run_order" CHECK (ended_at >= started_at and weight > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."shutdown_notice" (
	"customer_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"episode" integer NOT NULL,
	"warned_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"stopping_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	"mail_failed_at" timestamp with time zone,
	CONSTRAINT "shutdown_notice_warned" CHECK ((state = 'active') or (warned_at is not null)),
	CONSTRAINT "shutdown_notice_stopping" CHECK (state in ('active', 'warned') or (delivered_at is not null and stopping_at is not null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."storage_sample" (
	"resource_id" uuid NOT NULL,
	"sampled_at" timestamp with time zone NOT NULL,
	"bytes" bigint NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "storage_sample_resource_id_sampled_at_pk" PRIMARY KEY("resource_id","sampled_at"),
	CONSTRAINT "storage_sample_bytes" CHECK (bytes >= 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."sandbox_object" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "ratebook"."sandbox_object_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"refs" text[] DEFAULT '{}' NOT NULL,
	"due_at" timestamp with time zone,
	"data" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."hold_request" (
	"customer_id" uuid NOT NULL,
	"hold_id" uuid NOT NULL,
	"offering" text,
	"dimensions" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"agent_id" text,
	"app_id" text,
	"user_id" text,
	"key_id" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "hold_request_customer_id_hold_id_pk" PRIMARY KEY("customer_id","hold_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."quote" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"offering" text NOT NULL,
	"meaning_hash" text NOT NULL,
	"catalogue_version" integer NOT NULL,
	"policy_version" integer NOT NULL,
	"contract" text,
	"amount" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_by" uuid
);
--> statement-breakpoint
CREATE TABLE "ratebook"."rerated_event" (
	"rerating_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"event_op_id" uuid NOT NULL,
	"before" bigint NOT NULL,
	"after" bigint NOT NULL,
	"adjustment_op_id" uuid NOT NULL,
	"posted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "rerated_event_rerating_id_customer_id_event_op_id_pk" PRIMARY KEY("rerating_id","customer_id","event_op_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."rerating" (
	"id" uuid PRIMARY KEY NOT NULL,
	"meaning_hash" text NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"window_from" timestamp with time zone NOT NULL,
	"window_to" timestamp with time zone NOT NULL,
	"offering" text,
	"customer_id" uuid,
	"proposal_id" uuid,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"undone_at" timestamp with time zone,
	"undo_reason" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."shadow_event" (
	"customer_id" uuid NOT NULL,
	"op_id" uuid NOT NULL,
	"meaning_hash" text NOT NULL,
	"offering" text NOT NULL,
	"amount" bigint,
	"platform_amount" bigint,
	"unrated_reason" text,
	"receipt" jsonb NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "shadow_event_customer_id_op_id_pk" PRIMARY KEY("customer_id","op_id")
);
--> statement-breakpoint
CREATE TABLE "ratebook"."webhook_attempt" (
	"id" uuid PRIMARY KEY NOT NULL,
	"delivery_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"took_ms" integer NOT NULL,
	"status" integer,
	"excerpt" text,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "ratebook"."webhook_delivery" (
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_delivery_ended" CHECK (state = 'pending' or due_at is null)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."webhook_endpoint" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid,
	"url" text NOT NULL,
	"description" text NOT NULL,
	"events" text[] NOT NULL,
	"state" text NOT NULL,
	"disabled_because" text,
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_until" timestamp with time zone,
	"failing_since" timestamp with time zone,
	"last_success_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_endpoint_disabled" CHECK ((state = 'disabled') = (disabled_because is not null)),
	CONSTRAINT "webhook_endpoint_previous" CHECK ((previous_secret is null) = (previous_until is null))
);
--> statement-breakpoint
CREATE TABLE "ratebook"."webhook_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"customer_id" uuid,
	"body" text NOT NULL,
	"must_acknowledge" boolean NOT NULL,
	"acknowledged_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"occurred_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratebook"."x402_intent" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" uuid NOT NULL,
	"network" text NOT NULL,
	"asset" text NOT NULL,
	"pay_to" text NOT NULL,
	"price_nanos" bigint NOT NULL,
	"price_units" bigint NOT NULL,
	"settlement_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "x402_intent_amounts" CHECK (price_nanos > 0 and price_units > 0)
);
--> statement-breakpoint
CREATE TABLE "ratebook"."x402_settlement" (
	"id" uuid PRIMARY KEY NOT NULL,
	"intent_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"network" text NOT NULL,
	"asset" text NOT NULL,
	"pay_to" text NOT NULL,
	"payer" text NOT NULL,
	"value_units" bigint NOT NULL,
	"credits_nanos" bigint NOT NULL,
	"valid_after" bigint NOT NULL,
	"valid_before" bigint NOT NULL,
	"nonce" text NOT NULL,
	"signature" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"from_block" bigint NOT NULL,
	"transaction" text,
	"op_id" uuid,
	"failure" text,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"purged_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	CONSTRAINT "x402_settlement_amounts" CHECK (value_units > 0 and credits_nanos > 0),
	CONSTRAINT "x402_settlement_settled" CHECK ((state = 'settled') = (settled_at is not null and transaction is not null and op_id is not null))
);
--> statement-breakpoint
ALTER TABLE "ratebook"."account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "ratebook"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratebook"."invitation" ADD CONSTRAINT "invitation_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "ratebook"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratebook"."invitation" ADD CONSTRAINT "invitation_inviter_id_user_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "ratebook"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratebook"."member" ADD CONSTRAINT "member_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "ratebook"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratebook"."member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "ratebook"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ratebook"."session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "ratebook"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_hash" ON "ratebook"."api_key" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_previous_hash" ON "ratebook"."api_key" USING btree ("previous_hash");--> statement-breakpoint
CREATE INDEX "api_key_customer" ON "ratebook"."api_key" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "audit_entry_at" ON "ratebook"."audit_entry" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_entry_customer" ON "ratebook"."audit_entry" USING btree ("customer_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "customer_external_id" ON "ratebook"."customer" USING btree ("external_id");--> statement-breakpoint
CREATE INDEX "customer_name" ON "ratebook"."customer" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_key" ON "ratebook"."mail" USING btree ("key");--> statement-breakpoint
CREATE INDEX "mail_created" ON "ratebook"."mail" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mail_failed" ON "ratebook"."mail" USING btree ("created_at") WHERE state = 'failed';--> statement-breakpoint
CREATE INDEX "mail_due" ON "ratebook"."mail" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "alert_level_waiting" ON "ratebook"."alert_level" USING btree ("customer_id") WHERE crossed_seq > announced_seq;--> statement-breakpoint
CREATE INDEX "usage_day_day" ON "ratebook"."usage_day" USING brin ("day") WITH (pages_per_range=32);--> statement-breakpoint
CREATE INDEX "usage_day_offering_day" ON "ratebook"."usage_day_offering" USING btree ("day");--> statement-breakpoint
CREATE INDEX "usage_export_line_made" ON "ratebook"."usage_export_line" USING brin ("made_at");--> statement-breakpoint
CREATE INDEX "usage_hour_offering_start" ON "ratebook"."usage_hour_offering" USING brin ("start") WITH (pages_per_range=32);--> statement-breakpoint
CREATE INDEX "usage_quarter_start" ON "ratebook"."usage_quarter" USING brin ("start") WITH (pages_per_range=32);--> statement-breakpoint
CREATE INDEX "account_user" ON "ratebook"."account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "invitation_organization" ON "ratebook"."invitation" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "invitation_email" ON "ratebook"."invitation" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "member_once" ON "ratebook"."member" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "member_user" ON "ratebook"."member" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "organization_slug" ON "ratebook"."organization" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "session_token" ON "ratebook"."session" USING btree ("token");--> statement-breakpoint
CREATE INDEX "session_user" ON "ratebook"."session" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "user_email" ON "ratebook"."user" USING btree ("email");--> statement-breakpoint
CREATE INDEX "verification_identifier" ON "ratebook"."verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "auto_top_up_enabled" ON "ratebook"."auto_top_up" USING btree ("customer_id") WHERE enabled;--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_up_attempt_under_way" ON "ratebook"."auto_top_up_attempt" USING btree ("customer_id") WHERE state = 'under_way';--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_up_attempt_key" ON "ratebook"."auto_top_up_attempt" USING btree ("customer_id","crossing_seq","retry");--> statement-breakpoint
CREATE INDEX "auto_top_up_attempt_created" ON "ratebook"."auto_top_up_attempt" USING btree ("customer_id","created_at");--> statement-breakpoint
CREATE INDEX "offering_provider" ON "ratebook"."offering" USING btree ("provider");--> statement-breakpoint
CREATE INDEX "offering_modality" ON "ratebook"."offering" USING btree ("modality");--> statement-breakpoint
CREATE INDEX "offering_revision" ON "ratebook"."offering" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "rate_offering" ON "ratebook"."rate" USING btree ("offering","opened_version");--> statement-breakpoint
CREATE INDEX "rate_opened" ON "ratebook"."rate" USING btree ("opened_version");--> statement-breakpoint
CREATE INDEX "rate_closed" ON "ratebook"."rate" USING btree ("closed_version");--> statement-breakpoint
CREATE UNIQUE INDEX "rate_active" ON "ratebook"."rate" USING btree ("offering","meter","condition_key") WHERE closed_version is null;--> statement-breakpoint
CREATE INDEX "contract_version_customer" ON "ratebook"."contract_version" USING btree ("customer_id","valid_from");--> statement-breakpoint
CREATE UNIQUE INDEX "contract_version_revision" ON "ratebook"."contract_version" USING btree ("revision");--> statement-breakpoint
CREATE INDEX "contract_volume_due" ON "ratebook"."contract_volume" USING btree ("month") WHERE events > closed_events;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_pack_slug" ON "ratebook"."credit_pack" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "promotion_time" ON "ratebook"."promotion" USING btree ("starts_at");--> statement-breakpoint
CREATE INDEX "promotion_code_promotion" ON "ratebook"."promotion_code" USING btree ("promotion_id");--> statement-breakpoint
CREATE INDEX "promotion_use_customer" ON "ratebook"."promotion_use" USING btree ("promotion_id","customer_id");--> statement-breakpoint
CREATE INDEX "promotion_use_code" ON "ratebook"."promotion_use" USING btree ("code");--> statement-breakpoint
CREATE UNIQUE INDEX "custom_invoice_key" ON "ratebook"."custom_invoice" USING btree ("customer_id","client_key");--> statement-breakpoint
CREATE INDEX "custom_invoice_state" ON "ratebook"."custom_invoice" USING btree ("state","id");--> statement-breakpoint
CREATE UNIQUE INDEX "custom_invoice_posting_payment" ON "ratebook"."custom_invoice_posting" USING btree ("custom_invoice_id") WHERE kind = 'payment';--> statement-breakpoint
CREATE INDEX "recurring_grant_customer" ON "ratebook"."recurring_grant" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "recurring_grant_subscription" ON "ratebook"."recurring_grant" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "recurring_grant_due" ON "ratebook"."recurring_grant" USING btree ("next_at") WHERE active and next_at is not null;--> statement-breakpoint
CREATE INDEX "signup_grant_address" ON "ratebook"."signup_grant" USING btree ("address","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "invoice_purchase_step" ON "ratebook"."invoice" USING btree ("purchase_id","step");--> statement-breakpoint
CREATE UNIQUE INDEX "invoice_number" ON "ratebook"."invoice" USING btree ("seller","number");--> statement-breakpoint
CREATE INDEX "invoice_customer" ON "ratebook"."invoice" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "entry_ref" ON "ratebook"."entry" USING btree ("ref_id","account_id","bucket") WHERE ref_id is not null;--> statement-breakpoint
CREATE INDEX "grant_left" ON "ratebook"."grant" USING btree ("account_id","bucket") WHERE remaining > 0;--> statement-breakpoint
CREATE INDEX "hold_open" ON "ratebook"."hold" USING btree ("bucket","account_id","expires_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "hold_expired" ON "ratebook"."hold" USING btree ("expires_at") WHERE state = 'expired';--> statement-breakpoint
CREATE INDEX "usage_event_occurred" ON "ratebook"."usage_event" USING btree ("account_id","occurred_at");--> statement-breakpoint
CREATE INDEX "usage_event_created" ON "ratebook"."usage_event" USING brin ("created_at") WITH (pages_per_range=32);--> statement-breakpoint
CREATE INDEX "wallet_due" ON "ratebook"."wallet" USING btree ("next_event_at") WHERE next_event_at < 'infinity';--> statement-breakpoint
CREATE INDEX "upstream_import_at" ON "ratebook"."upstream_import" USING btree ("imported_at");--> statement-breakpoint
CREATE INDEX "upstream_line_day" ON "ratebook"."upstream_line" USING btree ("day","provider") WHERE superseded_by is null;--> statement-breakpoint
CREATE INDEX "payment_consent_customer" ON "ratebook"."payment_consent" USING btree ("customer_id","given_at");--> statement-breakpoint
CREATE INDEX "payment_dispute_order" ON "ratebook"."payment_dispute" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "payment_dispute_created" ON "ratebook"."payment_dispute" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "payment_event_received" ON "ratebook"."payment_event" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "payment_event_open" ON "ratebook"."payment_event" USING btree ("received_at") WHERE handled_at is null;--> statement-breakpoint
CREATE INDEX "payment_event_order" ON "ratebook"."payment_event" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_order_key" ON "ratebook"."payment_order" USING btree ("customer_id","client_key");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_order_checkout" ON "ratebook"."payment_order" USING btree ("gateway","checkout_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_order_payment" ON "ratebook"."payment_order" USING btree ("gateway","payment_id");--> statement-breakpoint
CREATE INDEX "payment_order_customer" ON "ratebook"."payment_order" USING btree ("customer_id","created_at");--> statement-breakpoint
CREATE INDEX "payment_order_test" ON "ratebook"."payment_order" USING btree ("id") WHERE test and purged_at is null;--> statement-breakpoint
CREATE INDEX "payment_order_due" ON "ratebook"."payment_order" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "payment_posting_order" ON "ratebook"."payment_posting" USING btree ("order_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_refund_rail_id" ON "ratebook"."payment_refund" USING btree ("rail_id");--> statement-breakpoint
CREATE INDEX "payment_refund_created" ON "ratebook"."payment_refund" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "payment_refund_open" ON "ratebook"."payment_refund" USING btree ("created_at") WHERE state = 'requested';--> statement-breakpoint
CREATE UNIQUE INDEX "rail_customer_rail_id" ON "ratebook"."rail_customer" USING btree ("gateway","rail_id");--> statement-breakpoint
CREATE INDEX "saved_card_customer" ON "ratebook"."saved_card" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "plan_slug" ON "ratebook"."plan" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "portal_session_token" ON "ratebook"."portal_session" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "portal_session_visit" ON "ratebook"."portal_session" USING btree ("visit_hash");--> statement-breakpoint
CREATE INDEX "portal_session_created" ON "ratebook"."portal_session" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "offering_identity_offering" ON "ratebook"."offering_identity" USING btree ("offering");--> statement-breakpoint
CREATE INDEX "price_override_until" ON "ratebook"."price_override" USING btree ("until");--> statement-breakpoint
CREATE UNIQUE INDEX "proposal_held" ON "ratebook"."proposal" USING btree ("source","offering","meter","condition_key") WHERE state in ('held', 'scheduled');--> statement-breakpoint
CREATE INDEX "proposal_state" ON "ratebook"."proposal" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "claim_offering" ON "ratebook"."claim" USING btree ("offering");--> statement-breakpoint
CREATE INDEX "offering_claim_offering" ON "ratebook"."offering_claim" USING btree ("offering");--> statement-breakpoint
CREATE UNIQUE INDEX "snapshot_source_sha256" ON "ratebook"."snapshot" USING btree ("source","sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "sync_run_slot" ON "ratebook"."sync_run" USING btree ("source","slot");--> statement-breakpoint
CREATE INDEX "sync_run_source" ON "ratebook"."sync_run" USING btree ("source","slot");--> statement-breakpoint
CREATE UNIQUE INDEX "resource_create_key" ON "ratebook"."resource" USING btree ("customer_id","kind","create_key");--> statement-breakpoint
CREATE UNIQUE INDEX "resource_measured" ON "ratebook"."resource" USING btree ("customer_id","name") WHERE kind = 'storage' and state <> 'deleted';--> statement-breakpoint
CREATE INDEX "resource_customer" ON "ratebook"."resource" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "resource_deploying" ON "ratebook"."resource" USING btree ("created_at") WHERE state = 'deploying';--> statement-breakpoint
CREATE INDEX "resource_due" ON "ratebook"."resource" USING btree ("next_day","id") WHERE next_day is not null;--> statement-breakpoint
CREATE INDEX "resource_intent_created" ON "ratebook"."resource_intent" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "resource_intent_open" ON "ratebook"."resource_intent" USING btree ("created_at","id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "resource_intent_resource" ON "ratebook"."resource_intent" USING btree ("resource_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "resource_intent_stop" ON "ratebook"."resource_intent" USING btree ("resource_id") WHERE cause = 'credits' and state = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "resource_run_open" ON "ratebook"."resource_run" USING btree ("resource_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "shutdown_notice_open" ON "ratebook"."shutdown_notice" USING btree ("state","customer_id") WHERE state <> 'active';--> statement-breakpoint
CREATE INDEX "sandbox_object_kind" ON "ratebook"."sandbox_object" USING btree ("kind","seq");--> statement-breakpoint
CREATE INDEX "sandbox_object_refs" ON "ratebook"."sandbox_object" USING gin ("refs");--> statement-breakpoint
CREATE INDEX "sandbox_object_due" ON "ratebook"."sandbox_object" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "hold_request_created" ON "ratebook"."hold_request" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "quote_expires" ON "ratebook"."quote" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "rerated_event_event" ON "ratebook"."rerated_event" USING btree ("customer_id","event_op_id");--> statement-breakpoint
CREATE INDEX "rerating_created" ON "ratebook"."rerating" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "shadow_event_occurred" ON "ratebook"."shadow_event" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "webhook_attempt_delivery" ON "ratebook"."webhook_attempt" USING btree ("delivery_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_delivery_event" ON "ratebook"."webhook_delivery" USING btree ("endpoint_id","event_id");--> statement-breakpoint
CREATE INDEX "webhook_delivery_due" ON "ratebook"."webhook_delivery" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_delivery_state" ON "ratebook"."webhook_delivery" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "webhook_endpoint_customer" ON "ratebook"."webhook_endpoint" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_event_key" ON "ratebook"."webhook_event" USING btree ("key");--> statement-breakpoint
CREATE INDEX "webhook_event_occurred" ON "ratebook"."webhook_event" USING btree ("occurred_at");--> statement-breakpoint
CREATE INDEX "webhook_event_waiting" ON "ratebook"."webhook_event" USING btree ("occurred_at") WHERE must_acknowledge and acknowledged_at is null;--> statement-breakpoint
CREATE INDEX "x402_intent_customer" ON "ratebook"."x402_intent" USING btree ("customer_id","price_nanos","created_at");--> statement-breakpoint
CREATE INDEX "x402_intent_unpaid" ON "ratebook"."x402_intent" USING btree ("expires_at") WHERE settlement_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "x402_settlement_authorization" ON "ratebook"."x402_settlement" USING btree ("network","asset","payer","nonce");--> statement-breakpoint
CREATE UNIQUE INDEX "x402_settlement_transaction" ON "ratebook"."x402_settlement" USING btree ("network","transaction");--> statement-breakpoint
CREATE INDEX "x402_settlement_customer" ON "ratebook"."x402_settlement" USING btree ("customer_id","created_at");--> statement-breakpoint
CREATE INDEX "x402_settlement_due" ON "ratebook"."x402_settlement" USING btree ("due_at") WHERE due_at is not null;