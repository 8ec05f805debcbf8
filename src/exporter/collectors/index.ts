import type { Collector } from "../collector.ts";
import { azureGatewaysCollector } from "./azure-gateways.ts";
import { azurePoolsCollector } from "./azure-pools.ts";
import { azureQuotaCollector } from "./azure-quota.ts";
import { azureReadsCollector } from "./azure-reads.ts";
import { birdCollector } from "./bird.ts";
import { certificatesCollector } from "./certificates.ts";
import { hostsCollector } from "./hosts.ts";
import { inventoryCollector } from "./inventory.ts";
import { jobsCollector } from "./jobs.ts";
import { linksCollector } from "./links.ts";
import { meetingsCollector } from "./meetings.ts";
import { openvpnCollector } from "./openvpn.ts";
import { seatsCollector } from "./seats.ts";
import { servicesCollector } from "./services.ts";
import { sittingsCollector } from "./sittings.ts";
import { strongswanCollector } from "./strongswan.ts";
import { webCollector } from "./web.ts";
import { wireguardCollector } from "./wireguard.ts";

/** All collectors: a new one is a file beside these and an entry here. */
export const collectors: readonly Collector[] = [
  linksCollector,
  hostsCollector,
  servicesCollector,
  inventoryCollector,
  openvpnCollector,
  wireguardCollector,
  strongswanCollector,
  birdCollector,
  azureGatewaysCollector,
  azurePoolsCollector,
  azureQuotaCollector,
  azureReadsCollector,
  jobsCollector,
  certificatesCollector,
  meetingsCollector,
  seatsCollector,
  sittingsCollector,
  webCollector,
];
