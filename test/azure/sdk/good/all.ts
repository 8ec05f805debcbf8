import type { Resource } from "../check.ts";
import { desktops } from "./desktops.ts";
import { gateway } from "./gateway.ts";
import { hosts } from "./hosts.ts";
import { network } from "./network.ts";
import { outside } from "./outside.ts";
import { watch } from "./watch.ts";

/** Resources as the fleet's stacks state them: at least one of every token. */
export const good: readonly Resource[] = [...network, ...gateway, ...desktops, ...hosts, ...watch, ...outside];
