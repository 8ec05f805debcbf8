import { nodeFlags } from "../../node-flags.ts";
import { ports } from "./places.ts";

/**
 * The systemd units of the watch's machines. Every unit of ours runs as the same user, which exists only while they do,
 * sees a read-only system, and may raise no privilege; the prober alone keeps one, for the ICMP sockets of its fping.
 */

export interface UnitSettings {
  readonly point: "hub" | "public";
  /** Address and port where the exporter answers. */
  readonly listen: string;
  /** Client id of the machine's identity. */
  readonly identity: string;
  /** The fleet's time zone, in which notifications tell times. */
  readonly timezone: string;
  /** Address of the inventory's blob. */
  readonly inventory: string;
}

/** Unit files by name, as they lie in /etc/systemd/system. */
export function units(settings: UnitSettings): Readonly<Record<string, string>> {
  return {
    "deskbridge-inventory.service": inventoryService(settings),
    "deskbridge-inventory.timer": inventoryTimer,
    "deskbridge-exporter.service": exporterService(settings),
    "deskbridge-prober.service": proberService(settings),
    ...(settings.point === "hub"
      ? {
          "prometheus.service.d/deskbridge.conf": hardened,
          "prometheus-alertmanager.service.d/deskbridge.conf": `${hardened}Environment=TZ=${settings.timezone}\n`,
        }
      : {}),
  };
}

/** Units that run, in the order in which they start. */
export function startedUnits(point: UnitSettings["point"]): readonly string[] {
  const both = ["deskbridge-inventory.timer", "deskbridge-exporter.service", "deskbridge-prober.service"];
  return point === "hub" ? [...both, "prometheus-alertmanager.service", "prometheus.service"] : both;
}

export const fetcher = "/usr/local/lib/deskbridge/fetch-inventory";
const release = "/opt/deskbridge/current";
const node = `${release}/node_modules/.bin/node`;
const command = `${node} ${nodeFlags.join(" ")} ${release}/scripts/deskbridge.ts`;
const inventory = "/var/lib/deskbridge/inventory.json";
const heartbeats = "/var/lib/deskbridge/heartbeats.json";
/** The exporter's folder for its socket: its own user's alone. */
const reports = "/run/deskbridge/reports";

/** `capability`: the only one that the unit may have. MemoryDenyWriteExecute is left out: V8 writes code as it runs. */
function sandbox(capability: string): string {
  return `DynamicUser=yes
User=deskbridge
StateDirectory=deskbridge
StateDirectoryMode=0700
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=${capability}
AmbientCapabilities=${capability}
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK`;
}

const restarted = `Restart=always
RestartSec=1`;

function inventoryService({ identity, inventory: blob }: UnitSettings): string {
  return `[Unit]
Description=Fetches the fleet's inventory
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
ExecStart=${fetcher}
Environment=IDENTITY=${identity}
Environment=INVENTORY=${blob}
Environment=TOKENS=http://169.254.169.254/metadata/identity/oauth2/token
TimeoutStartSec=60
${sandbox("")}
`;
}

const inventoryTimer = `[Unit]
Description=Fetches the fleet's inventory every minute

[Timer]
OnActiveSec=1
OnUnitInactiveSec=60
AccuracySec=1

[Install]
WantedBy=timers.target
`;

function exporterService({ point, listen, identity }: UnitSettings): string {
  // Jobs say so at the hub only, where the rules look.
  const jobs = point === "hub" ? ` --heartbeats ${heartbeats}` : "";
  return `[Unit]
Description=Serves the fleet's metrics
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=${command} exporter --inventory ${inventory} --reports ${reports} --listen ${listen}${jobs}
Environment=NODE_ENV=production
Environment=AZURE_CLIENT_ID=${identity}
RuntimeDirectory=deskbridge
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=restart
LimitNOFILE=65536
MemoryMax=2G
${restarted}
${sandbox("")}

[Install]
WantedBy=multi-user.target
`;
}

function proberService({ point }: UnitSettings): string {
  return `[Unit]
Description=Probes the fleet from the vantage point ${point}
After=deskbridge-exporter.service
Wants=deskbridge-exporter.service
StartLimitIntervalSec=0

[Service]
ExecStart=${command} probe --vantage ${point} --inventory ${inventory} --report ${reports}
Environment=NODE_ENV=production
LimitNOFILE=65536
MemoryMax=2G
${restarted}
${sandbox("CAP_NET_RAW")}

[Install]
WantedBy=multi-user.target
`;
}

/** On top of what the distribution's own units say: they run as the user prometheus. */
const hardened = `[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/prometheus
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
`;

/** What the distribution's units read: everything on the machine's own loopback. */
export const defaults: Readonly<Record<string, string>> = {
  "/etc/default/prometheus": `ARGS="${[
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/var/lib/prometheus/metrics2",
    // ExhaustIn30d compares weeks that are two weeks apart; the disk has 64 GB, of which this takes about 10.
    "--storage.tsdb.retention.time=35d",
    "--storage.tsdb.retention.size=40GB",
    "--rules.alert.resend-delay=5s",
    `--web.listen-address=127.0.0.1:${ports.prometheus}`,
  ].join(" ")}"\n`,
  "/etc/default/prometheus-alertmanager": `ARGS="${[
    "--config.file=/etc/prometheus/alertmanager.yml",
    "--storage.path=/var/lib/prometheus/alertmanager",
    "--cluster.listen-address=",
    `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
  ].join(" ")}"\n`,
};
