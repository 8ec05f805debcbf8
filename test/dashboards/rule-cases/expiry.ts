import { usual } from "../in-order.ts";
import { type Burning, type Cases, exporterGone } from "./case.ts";

const minute = 60;
const day = 86_400;
/** The clock begins at 0: what ends at so many days has them left. */
const at = (days: number, from = 0, samples = 120): string => `${from + days * day}+0x${samples}`;

const collectorFailing = (collector: string): Burning => ({ alertname: "CollectorFailing", collector });
const failing = (collector: string) => ({ [usual("collector_success", { collector })]: "0+0x120" });

interface Ends {
  readonly series: string;
  readonly from: string;
  /** Days: what is told, what is not yet. */
  readonly soon: number;
  readonly later: number;
}

function ends(alert: Burning, { series, from, soon, later }: Ends, also: readonly Burning[] = []): Cases {
  return {
    positive: [
      {
        what: `${soon} days are left`,
        step: minute,
        series: { [series]: at(soon) },
        burning: { 4: [], 5: [...also, alert], 60: [...also, alert] },
      },
    ],
    negative: [
      { what: `${later} days are left`, step: minute, series: { [series]: at(later) }, burning: { 60: also } },
    ],
    missing: [
      {
        what: "its collector fails: that is told",
        step: minute,
        series: { [series]: `${soon * day}+0x2 stale`, ...failing(from) },
        burning: { 30: [collectorFailing(from)] },
      },
      exporterGone(minute, series),
    ],
    recovery: [
      {
        what: "renewed",
        step: minute,
        series: { [series]: `${at(soon, 0, 30)} ${at(400, 0, 60)}` },
        burning: { 30: [...also, alert], 32: [] },
      },
    ],
  };
}

const gatewayCertificate = {
  series: usual("vpn_certificate_expiry_timestamp_seconds", { gateway: "hub-a" }),
  from: "openvpn",
};
const expiring = { alertname: "CertificateExpiring", of: "gateway", gateway: "hub-a" };
const tool = usual("service_certificate_expiry_timestamp_seconds", { service: "q/Tool", queue: "q", vantage: "hub" });
const web = usual("web_certificate_expiry_timestamp_seconds", {});
const certificateExpiring = ends(expiring, { ...gatewayCertificate, soon: 20, later: 22 });
const certificateEnding = ends(
  { alertname: "CertificateEnding", of: "gateway", gateway: "hub-a" },
  { ...gatewayCertificate, soon: 2, later: 4 },
  [expiring],
);

const authority = { series: usual("authority_expiry_timestamp_seconds", {}), from: "certificates" };
const list = { series: usual("revocation_list_expiry_timestamp_seconds", {}), from: "certificates" };
const listExpiring = { alertname: "RevocationListExpiring" };
const listEnding = { alertname: "RevocationListEnding" };
const endingList = ends(listEnding, { ...list, soon: 1, later: 3 }, [listExpiring]);

const profiles = usual("profiles", { body: "b", state: "expiring" });
const next = { [usual("profile_next_expiry_timestamp_seconds", { body: "b" })]: at(10) };
const profilesExpiring = { alertname: "ProfilesExpiring", body: "b" };

export const expiryCases = {
  CertificateExpiring: {
    ...certificateExpiring,
    positive: [
      ...certificateExpiring.positive,
      {
        what: "of a tool: a ticket to its last day; of the exporter",
        step: minute,
        series: { [tool]: at(1), [web]: at(10) },
        burning: {
          60: [
            { alertname: "CertificateExpiring", of: "exporter" },
            { alertname: "CertificateExpiring", of: "service", service: "q/Tool" },
          ],
        },
      },
    ],
  },
  CertificateEnding: certificateEnding,
  AuthorityExpiring: ends({ alertname: "AuthorityExpiring" }, { ...authority, soon: 170, later: 190 }),
  AuthorityEnding: ends({ alertname: "AuthorityEnding" }, { ...authority, soon: 29, later: 31 }, [
    { alertname: "AuthorityExpiring" },
  ]),
  RevocationListExpiring: ends(listExpiring, { ...list, soon: 9, later: 11 }),
  RevocationListEnding: {
    ...endingList,
    positive: [
      ...endingList.positive,
      {
        what: "there is no list: as if it had run out for ever",
        step: minute,
        series: { [list.series]: "0+0x90" },
        burning: { 60: [listExpiring, listEnding] },
      },
    ],
  },
  ProfilesExpiring: {
    positive: [
      {
        what: "three people",
        step: minute,
        series: { [profiles]: "3+0x120", ...next },
        burning: { 59: [], 60: [profilesExpiring] },
      },
    ],
    negative: [{ what: "none", step: minute, series: { [profiles]: "0+0x120" }, burning: { 80: [] } }],
    missing: [
      {
        what: "its collector fails: that is told",
        step: minute,
        series: { [profiles]: "3+0x2 stale", ...failing("certificates") },
        burning: { 80: [collectorFailing("certificates")] },
      },
      exporterGone(minute, profiles),
    ],
    recovery: [
      {
        what: "all have new ones",
        step: minute,
        series: { [profiles]: "3+0x70 0+0x40" },
        burning: { 70: [profilesExpiring], 71: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
