import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProtocols } from "../../../src/exporter/bird/sessions.ts";
import { birdCollector } from "../../../src/exporter/collectors/bird.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { captured } from "./captured.ts";
import { daemon, flood, gather, sceneOf } from "./daemons.ts";

const up = captured("bird-up.txt");
const cut = captured("bird-cut.txt");
const inventory = madeInventory({
  instances: [{ bird: "bird" }],
  sites: [
    {
      name: "hall",
      router: "10.0.1.1",
      links: [
        { name: "fibre", address: "10.112.0.6", instance: "hub-a" },
        { name: "radio", address: "10.112.0.10", instance: "hub-a" },
        { name: "unmade", address: "10.112.0.14", instance: "hub-a" },
        { name: "unknown", address: "10.112.0.18", instance: "hub-a" },
        { name: "elsewhere", address: "10.112.0.22", instance: "hub-b" },
      ],
    },
  ],
});

test("sessions by their neighbours, with what they bring", () => {
  assert.deepEqual(Object.fromEntries(parseProtocols(up.split("\n"))), {
    "10.112.0.6": { established: true, imported: 1 },
    "10.112.0.10": { established: true, imported: 1 },
    "10.112.0.14": { established: false, imported: 0 },
  });
  assert.deepEqual(parseProtocols(cut.split("\n")).get("10.112.0.10"), { established: false, imported: 0 });
});

const shown = [
  ["both up", up, [1, 1, 0, 0]],
  ["one cut", cut, [1, 0, 0, 0]],
  ["a session without a route is no way", up.replace("1 imported, 1 exported", "0 imported, 1 exported"), [0, 1, 0, 0]],
  ["no protocol at all", "0001 BIRD 2.0.12 ready.\n0016 Access restricted\n0000 \n", [0, 0, 0, 0]],
] as const;
for (const [what, answer, states] of shown) {
  test(`${what}: every line of the instance has a state, and no other`, async () => {
    await daemon("bird", (socket) => socket.once("data", () => socket.write(answer)));
    const { series, fault } = await gather(birdCollector, sceneOf(inventory));
    const names = ["fibre", "radio", "unmade", "unknown"].map((name) => `link_state hub-a torino/hall/${name} route`);
    assert.deepEqual([[...series], fault], [names.map((name, index) => [name, states[index]]), undefined]);
  });
}

const silent = [
  ["hangs", () => undefined, "hub-a: no answer in time"],
  ["breaks off", up.slice(0, 900), "hub-a: the answer to show protocols broke off"],
  ["refuses", "0001 BIRD 2.0.12 ready.\n9001 syntax error\n", "hub-a: 9001 syntax error"],
  ["floods", flood, "hub-a: an answer of more than 16000000 bytes"],
  ["lies", up.replace("1 imported", "-1 imported"), "hub-a: the routes of neighbour 10.112.0.6 are no number"],
  [
    "tells one twice",
    up.replaceAll("10.112.0.10", "10.112.0.6"),
    "hub-a: two BGP protocols have the neighbour 10.112.0.6",
  ],
] as const;
for (const [what, answer, message] of silent) {
  test(`a BIRD that ${what} says nothing of its lines`, async () => {
    await daemon("bird", (socket) => {
      if (typeof answer === "string") socket.once("data", () => socket.end(answer));
      else answer(socket);
    });
    const { series, fault } = await gather(birdCollector, sceneOf(inventory, { patience: "short" }));
    assert.deepEqual([[...series], fault], [[], message]);
  });
}
