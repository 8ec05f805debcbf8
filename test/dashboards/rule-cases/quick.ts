import {
  all,
  deskFibre,
  downAt20,
  downFrom20To40,
  gateway,
  gone,
  hallFibre,
  hallRadio,
  run,
  site,
  unprobed,
  link,
} from "../in-order.ts";
import { type Cases, linkDown, siteDown, gatewayDown, proberDown, hall, throughA } from "./case.ts";

export const quickCases = {
  LinkDown: {
    positive: [
      {
        what: "one of two lines",
        series: all(downAt20, hallFibre),
        burning: { 20: [], 21: [linkDown], 60: [linkDown] },
      },
      {
        what: "all lines of an instance that answers: told when the instance would have been",
        series: all(downAt20, hallRadio),
        burning: { 22: [], 24: [], 27: [{ ...linkDown, gateway: "hub-b", link: "b/hall/radio" }] },
      },
    ],
    negative: [
      { what: "a second of silence", series: all("1+0x19 0 1+0x70", hallFibre), burning: { 20: [], 22: [], 23: [] } },
      {
        what: "the site is down: one page, its own, although its lines die a second before it",
        series: { ...all(downAt20, hallFibre, hallRadio), ...all("1+0x20 0+0x70", site("hall")) },
        burning: { 22: [], 23: [siteDown], 60: [siteDown] },
      },
      {
        what: "its gateway is down: one page, the gateway's, although it is known a second later",
        series: { ...all(downAt20, hallFibre), ...all("1+0x20 0+0x70", gateway("hub-a")) },
        burning: { 22: [], 23: [gatewayDown], 60: [gatewayDown] },
      },
      {
        what: "its gateway is down, known three seconds after all its lines: one page",
        series: {
          ...all(downAt20, hallFibre, deskFibre, site("desk")),
          ...all("1+0x22 0+0x70", gateway("hub-a")),
        },
        burning: { 22: [], 24: [], 25: [gatewayDown], 60: [gatewayDown] },
      },
      {
        what: "of a part of the fleet that was never probed, while another part was",
        series: all(
          "0+0x90",
          link("far", "fibre", "hub-a").replace('instance="e"', 'instance="e2"'),
          run("link", "hub").replace('instance="e"', 'instance="e2"').replace('shard="1"', 'shard="2"'),
        ),
        burning: { 9: [], 60: [proberDown] },
      },
      {
        what: "never probed",
        series: {
          ...all("0+0x90", hallFibre),
          ...all("0+0x90", run("link", "hub"), run("site", "hub"), run("host", "hub")),
        },
        burning: { 9: [], 60: [proberDown] },
      },
    ],
    missing: [
      { what: "a removed line", series: all(gone, hallFibre), burning: { 21: [], 30: [], 60: [] } },
      {
        what: "three missed scrapes while it burns",
        series: all("1+0x19 0+0x9 _x3 0+0x60", hallFibre),
        burning: { 29: [linkDown], 32: [linkDown], 34: [linkDown] },
      },
    ],
    recovery: [{ what: "mended", series: all(downFrom20To40, hallFibre), burning: { 39: [linkDown], 40: [], 60: [] } }],
  },
  SiteDown: {
    positive: [
      { what: "all its lines", series: all(downAt20, ...hall), burning: { 21: [], 22: [siteDown], 60: [siteDown] } },
      {
        what: "its only line",
        series: all(downAt20, deskFibre, site("desk")),
        burning: { 22: [{ ...siteDown, site: "b/desk" }] },
      },
      { what: "its router alone", series: all(downAt20, site("hall")), burning: { 22: [siteDown] } },
      {
        what: "its lines left the inventory, the site did not",
        series: { ...all("_x90", hallFibre, hallRadio), ...all(downAt20, site("hall")) },
        burning: { 22: [siteDown] },
      },
      {
        what: "one of its lines ends at a gateway that is down, the other is dead: both are told",
        series: all(downAt20, gateway("hub-a"), ...hall),
        burning: { 22: [gatewayDown, siteDown] },
      },
    ],
    negative: [
      {
        what: "all its lines end at a gateway that is down",
        series: all(downAt20, ...throughA),
        burning: { 22: [gatewayDown], 60: [gatewayDown] },
      },
    ],
    missing: [
      { what: "a removed site", series: all(gone, ...hall), burning: { 30: [], 60: [] } },
      {
        what: "three missed scrapes while it burns",
        series: all("1+0x19 0+0x9 _x3 0+0x60", ...hall),
        burning: { 29: [siteDown], 32: [siteDown], 34: [siteDown] },
      },
    ],
    recovery: [
      {
        what: "one line comes back: the site is up, its other line is told",
        series: { ...all(downFrom20To40, site("hall"), hallRadio), ...all(downAt20, hallFibre) },
        burning: { 39: [siteDown], 40: [], 42: [linkDown] },
      },
    ],
  },
  GatewayDown: {
    positive: [
      { what: "with its lines", series: all(downAt20, ...throughA), burning: { 21: [], 22: [gatewayDown] } },
      {
        what: "both instances: a page each, none for sites",
        series: all(downAt20, ...throughA, ...hall, gateway("hub-b")),
        burning: { 22: [gatewayDown, { ...gatewayDown, gateway: "hub-b" }] },
      },
    ],
    negative: [
      { what: "a second of silence", series: all("1+0x19 0 1+0x70", gateway("hub-a")), burning: { 22: [] } },
      {
        what: "one that no prober can ask, which says nothing of it",
        series: { ...all("0+0x90", gateway("hub-a")), ...all("1+0x90", unprobed("hub-a")) },
        burning: { 9: [], 60: [] },
      },
      {
        what: "never probed",
        series: all("0+0x90", gateway("hub-a"), gateway("hub-b"), run("gateway", "public")),
        burning: { 9: [], 60: [{ ...proberDown, vantage: "public" }] },
      },
    ],
    missing: [{ what: "a removed instance", series: all(gone, gateway("hub-a")), burning: { 30: [], 60: [] } }],
    recovery: [{ what: "back", series: all(downFrom20To40, ...throughA), burning: { 39: [gatewayDown], 40: [] } }],
  },
} as const satisfies Readonly<Record<string, Cases>>;
