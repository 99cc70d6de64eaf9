import {
  IconApi,
  IconKey,
  IconLayoutDashboard,
  IconMail,
  IconTags,
  IconUsers,
  IconUsersGroup,
  IconWallet,
} from "@tabler/icons-react";
import type { Room } from "./room.ts";

/** Every room behind the sign-in, in the order of the menu. A room is one entry. */
export const rooms: readonly Room[] = [
  {
    path: "/",
    title: "Overview",
    audience: "everyone",
    menu: { section: "", icon: IconLayoutDashboard },
    load: async () => (await import("../rooms/overview/overview-room.tsx")).OverviewRoom,
  },
  {
    path: "/customers",
    title: "Customers",
    audience: "operator",
    menu: { section: "Money", icon: IconUsersGroup },
    load: async () => (await import("../rooms/customers/customers-room.tsx")).CustomersRoom,
  },
  {
    path: "/customers/$customerId",
    title: "Wallet",
    audience: "operator",
    load: async () => (await import("../rooms/wallet/customer-wallet-room.tsx")).CustomerWalletRoom,
  },
  {
    path: "/wallet",
    title: "Wallet",
    audience: "member",
    menu: { section: "Money", icon: IconWallet },
    load: async () => (await import("../rooms/wallet/own-wallet-room.tsx")).OwnWalletRoom,
  },
  {
    path: "/catalogue",
    title: "Catalogue",
    audience: "everyone",
    menu: { section: "Prices", icon: IconTags },
    load: async () => (await import("../rooms/catalogue/catalogue-room.tsx")).CatalogueRoom,
  },
  {
    path: "/catalogue/$",
    title: "Model",
    audience: "everyone",
    load: async () => (await import("../rooms/catalogue/model-room.tsx")).ModelRoom,
  },
  {
    path: "/keys",
    title: "API keys",
    audience: "everyone",
    managers: true,
    menu: { section: "Build", icon: IconKey },
    load: async () => (await import("../rooms/keys/keys-room.tsx")).KeysRoom,
  },
  {
    path: "/explorer",
    title: "API Explorer",
    audience: "everyone",
    menu: { section: "Build", icon: IconApi },
    load: async () => (await import("../rooms/explorer/explorer-room.tsx")).ExplorerRoom,
  },
  {
    path: "/members",
    title: "Members",
    audience: "member",
    menu: { section: "Organization", icon: IconUsers },
    load: async () => (await import("../rooms/members/members-room.tsx")).MembersRoom,
  },
  {
    path: "/mail",
    title: "Mail",
    audience: "operator",
    menu: { section: "Platform", icon: IconMail },
    load: async () => (await import("../rooms/mail/mail-room.tsx")).MailRoom,
  },
];
