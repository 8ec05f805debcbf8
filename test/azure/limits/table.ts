import { desktops, manager } from "./desktops.ts";
import { gateway, wan } from "./gateways.ts";
import type { LimitRow } from "./row.ts";

export const sections: Readonly<Record<string, readonly LimitRow[]>> = {
  "VPN gateway": gateway,
  "Virtual WAN": wan,
  "Azure Virtual Desktop": desktops,
  "Resource manager and networks": manager,
};
