import { IconMail } from "@tabler/icons-react";
import type { Room } from "./room.ts";

/** Every room behind the sign-in, in the order of the menu. A room is one entry. */
export const rooms: readonly Room[] = [
  {
    path: "/mail",
    title: "Mail",
    audience: "operator",
    menu: { section: "Platform", icon: IconMail },
    load: async () => (await import("../rooms/mail/mail-room.tsx")).MailRoom,
  },
];
