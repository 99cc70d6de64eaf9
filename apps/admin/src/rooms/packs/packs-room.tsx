import { Stack } from "@mantine/core";
import { PageHeader } from "../../app/page-header.tsx";
import { LimitsPanel } from "./limits-panel.tsx";
import { PacksPanel } from "./packs-panel.tsx";
import { PlansPanel } from "./plans-panel.tsx";
import { PromotionsPanel } from "./promotions-panel.tsx";
import { WelcomePanel } from "./welcome-panel.tsx";

/** What customers can buy, and what they get on top. */
export const PacksRoom = () => (
  <>
    <PageHeader
      title="Packs and plans"
      description="The billing page and the credit-pack API read these very rows. Orders keep what they were quoted."
    />
    <Stack gap="lg">
      <PacksPanel />
      <PlansPanel />
      <PromotionsPanel />
      <WelcomePanel />
      <LimitsPanel />
    </Stack>
  </>
);
