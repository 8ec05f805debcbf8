import { execFile } from "node:child_process";
import { accessSync, closeSync, constants, openSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Step } from "./steps.ts";

const execute = promisify(execFile);

/** The first file of that name on the PATH that can be run. */
export function onPath(command: string, path = process.env["PATH"] ?? ""): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function succeeds(command: string, ...args: readonly string[]): Promise<boolean> {
  return execute(command, args).then(
    () => true,
    () => false,
  );
}

function opens(device: string): boolean {
  try {
    closeSync(openSync(device, "r+"));
    return true;
  } catch {
    return false;
  }
}

/** What the lab needs of the machine itself, and only its owner can give. */
export const machineSteps: readonly Step[] = [
  {
    name: "Linux",
    why: "the lab is made of network namespaces",
    found: () => process.platform === "linux",
    remedy: `this is ${process.platform}; use a Linux machine, a virtual machine will do`,
  },
  {
    name: "root",
    why: "network namespaces, tunnels and firewalls",
    found: () => process.getuid?.() === 0,
    remedy: "run the same command as root",
  },
  {
    name: "network namespaces",
    why: "each gateway, site and pool has its own network",
    // Only root can tell; that root is missing is said above.
    found: async () => process.getuid?.() !== 0 || (await succeeds("unshare", "--net", "true")),
    remedy: "the kernel refuses them here; in a container, add the capabilities SYS_ADMIN and NET_ADMIN",
  },
  {
    name: "/dev/net/tun",
    why: "the VPN gateways run in user space",
    found: () => opens("/dev/net/tun"),
    remedy: "load the kernel module tun; in a container, pass the device through",
  },
];
