import type { Collector } from "../collector.ts";
import { hostsCollector } from "./hosts.ts";
import { inventoryCollector } from "./inventory.ts";
import { linksCollector } from "./links.ts";
import { openvpnCollector } from "./openvpn.ts";

/** All collectors: a new one is a file beside these and an entry here. */
export const collectors: readonly Collector[] = [linksCollector, hostsCollector, inventoryCollector, openvpnCollector];
