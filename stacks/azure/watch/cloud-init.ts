import { stringify } from "yaml";
import { defaults } from "./units.ts";

/** Azure Virtual Machines: custom data, 64 KB before base64 (2026). It is no place for secrets, and never changes. */
export const customDataBytes = 65_535;

/** Of the distribution: Ubuntu 24.04 has Prometheus 2.45 (Debian 12's 2.42 cannot write with a managed identity). */
const everywhere = ["ca-certificates", "curl", "git", "jq", "fping", "nodejs", "npm"] as const;
const watching = ["prometheus", "prometheus-alertmanager"] as const;

/**
 * What a machine does at its first start: the distribution's packages, and nothing that listens. All that may change
 * afterwards (the release, the units, the configuration) comes by `settle.ts`, so that a new rule or a new release
 * makes no new machine. A change here does.
 */
export function cloudInit(point: "hub" | "public"): string {
  const config = {
    // Else Prometheus brings an exporter of its own, which answers everybody.
    apt: { conf: 'APT::Install-Recommends "false";\n' },
    package_update: true,
    package_upgrade: true,
    packages: [...everywhere, ...(point === "hub" ? watching : [])],
    // Before the packages, which leave them as they are: no daemon is ever seen from outside its machine.
    write_files:
      point === "hub"
        ? Object.entries(defaults).map(([path, content]) => ({
            path,
            content,
            permissions: "0644",
            owner: "root:root",
          }))
        : [],
    ssh_pwauth: false,
    disable_root: true,
    // Nobody logs in over the network: what must be done by hand is done by a run command, which Azure keeps a log of.
    bootcmd: ["systemctl mask --now ssh.socket ssh.service"],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}
