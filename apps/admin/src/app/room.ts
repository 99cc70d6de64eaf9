import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";

/** Who may open a room. The server decides what they see in it; this only keeps the menu honest. */
export type Audience = "operator" | "member" | "everyone";

/** One page inside the shell. */
export type Room = {
  /** TanStack Router path: `/customers/$customerId`. */
  path: string;
  /** Title of the document and, where it is in the menu, its label there. */
  title: string;
  audience: Audience;
  /** Open to those who came through the platform's portal, too. */
  portal?: boolean;
  /** Only people who manage their organization: owners and admins. Operators always may. */
  managers?: boolean;
  /** Absent where the room is reached from another one. */
  menu?: { section: "" | "Money" | "Prices" | "Platform" | "Organization" | "Build"; icon: Icon };
  /** Loads the room's code when it is opened or about to be. */
  load: () => Promise<ComponentType>;
};
