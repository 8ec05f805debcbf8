import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { http } from "../../../src/probe/methods/http.ts";
import { missed, unprobed } from "../../../src/probe/outcome.ts";
import { folderOf, remove } from "../../handshake/servers.ts";
import { alone } from "./alone.ts";
import { address, within } from "./world.ts";

alone(import.meta.filename, () => {
  describe("a service that is known by its name", () => {
    let folder: string;
    const resolver = createSocket("udp4");
    before(async () => {
      folder = await folderOf("resolver");
      const conf = join(folder, "resolv.conf");
      await writeFile(conf, `nameserver ${address}\noptions attempts:1 timeout:2\n`);
      // The machine's own stays as it is: this is a namespace for mounts, too.
      execFileSync("mount", ["--bind", conf, "/etc/resolv.conf"]);
      await once(resolver.bind(53, address), "listening");
    });
    after(async () => {
      resolver.close();
      execFileSync("umount", ["/etc/resolv.conf"]);
      await remove(folder);
    });

    test("is not probed while the resolver is silent: that is not the service's doing", async () => {
      const outcome = await http({ url: "http://documents.example/" }, within(500));
      assert.deepEqual(outcome, unprobed("the resolver does not answer for documents.example"));
    });

    test("is missed where the resolver says that there is no such name", async () => {
      resolver.on("message", (question, from) => {
        const answer = Buffer.from(question);
        answer.writeUInt16BE(0x8183, 2); // RFC 1035, 4.1.1: a response, recursion available, name error
        resolver.send(answer, from.port, from.address);
      });
      const outcome = await http({ url: "http://elsewhere.example/" }, within(10_000));
      assert.deepEqual(outcome, missed({ kind: "unreachable", code: "ENOTFOUND" }));
    });
  });
});
