export {
  GOOD_CARD,
  openShop,
  type PurchaseFixture,
  type SentWebhook,
  WEBHOOK_SECRET,
} from "./purchase-fixture.ts";
