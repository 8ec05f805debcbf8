import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { literal, parseAnswer, powershellLine, withoutClixml } from "../../../src/rollout/ssh/powershell.ts";
import { commandLine, QuoteError } from "../../../src/rollout/ssh/quote.ts";

const text = fc.string({ unit: "binary", maxLength: 40 }).map((word) => word.replaceAll("\0", ""));
const nasty = fc.constantFrom(
  "",
  "'",
  "''",
  "\\",
  "$HOME",
  "`id`",
  "a b",
  "\n",
  "-n",
  "~",
  "*",
  "!!",
  "a=b",
  "#",
  "è",
  "{a,b}",
  "\\'",
);
const word = fc.oneof(
  text,
  nasty,
  fc.array(nasty).map((parts) => parts.join("")),
);

const shells = ["sh", "dash", "bash", "busybox", "zsh", "ksh"].filter((shell) =>
  ["/bin", "/usr/bin"].some((folder) => existsSync(`${folder}/${shell}`)),
);

describe("for a POSIX shell", () => {
  for (const shell of shells) {
    test(`${shell} gives back the same words`, () => {
      const prefix = shell === "busybox" ? ["sh"] : [];
      fc.assert(
        fc.property(fc.array(word, { maxLength: 5 }), (words) => {
          const line = commandLine(["printf", "%s\\0", ...words, "end"]);
          const { stdout, stderr } = spawnSync(shell, [...prefix, "-c", line], { encoding: "utf8" });
          assert.equal(stderr, "");
          assert.deepEqual(stdout.split("\0").slice(0, -1), [...words, "end"]);
        }),
        { numRuns: 300 },
      );
    });
  }

  test("the program's name is a name, whatever it looks like", () => {
    for (const name of ["if", "A=b", "{", "!", "~", "$(id)", "a b"]) {
      const { status, stderr } = spawnSync("sh", ["-c", commandLine([name])], { encoding: "utf8" });
      assert.equal(status, 127, stderr);
    }
  });

  test("NUL, half a character, nothing, and too much are refused, and nothing of them is quoted", () => {
    for (const argv of [
      ["a", "secret\0"],
      ["a", "secret\ud800"],
      [],
      [""],
      ["secret\0"],
      ["a", "secret".repeat(30_000)],
    ]) {
      assert.throws(
        () => commandLine(argv),
        (error) => error instanceof QuoteError && !error.message.includes("secret"),
      );
    }
  });

  test("the longest line that is let through is one that a shell takes", () => {
    const longest = "x".repeat(131_071 - "'true' ".length);
    assert.equal(spawnSync("sh", ["-c", commandLine(["true", longest])]).status, 0);
    assert.throws(() => commandLine(["true", `${longest}x`]), QuoteError);
    assert.notEqual(spawnSync("sh", ["-c", `'true' ${longest}x`]).status, 0);
  });
});

function scriptOf(line: string): string {
  const [head = "", encoded = ""] = line.split(" -EncodedCommand ");
  assert.match(head, /^powershell\.exe .*-NonInteractive/);
  assert.match(encoded, /^[A-Za-z0-9+/]+=*$/);
  return Buffer.from(encoded, "base64").toString("utf16le");
}

describe("for PowerShell (no PowerShell here: what is sent, not what it does)", () => {
  test("every word is one literal, and the line has no character that cmd.exe reads", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const line = powershellLine(["tool", ...words], "n0nce");
        assert.doesNotMatch(line, /["%^&|<>!'\n]/);
        const list = /^\$a=@\((.*)\)$/ms.exec(scriptOf(line).split("\nif($p.CommandType")[0] ?? "")?.[1] ?? "?";
        assert.deepEqual(readLiterals(list), words);
      }),
    );
  });

  test("typographic quotes end no literal", () => {
    assert.equal(
      literal("a'b\u2018c\u2019d\u201ae\u201bf"),
      "'a''b\u2018\u2018c\u2019\u2019d\u201a\u201ae\u201b\u201bf'",
    );
  });

  test("the script ends with the nonce and the code, and with that code", () => {
    const script = scriptOf(powershellLine(["tool"], "n0nce"));
    assert.ok(script.endsWith('[Console]::Out.Write("`nn0nce:$c`n")\nexit $c'), script);
  });

  test("patterns, NUL and lines that cmd.exe cuts are refused", () => {
    for (const argv of [["*"], ["a[1]"], ["a", "\0"], [], ["a", "x".repeat(4000)]]) {
      assert.throws(() => powershellLine(argv, "n"), QuoteError);
    }
  });

  test("only a whole last line is an answer", () => {
    assert.deepEqual(parseAnswer("hello\r\n\nn0nce:3\r\n", "n0nce"), { code: 3, at: 7 });
    assert.deepEqual(parseAnswer("\nn0nce:-1073741510\n", "n0nce"), { code: -1073741510, at: 0 });
    assert.deepEqual(parseAnswer("\nn0nce:0\n\nn0nce:1\n", "n0nce"), { code: 1, at: 9 });
    for (const cut of [
      "",
      "hello",
      "\nn0nce:",
      "\nn0nce:0",
      "\nn0nce:0\nmore",
      "\nother:0\n",
      "n0nce:0\n",
      "\nn0nce:\n",
    ]) {
      assert.equal(parseAnswer(cut, "n0nce"), undefined, JSON.stringify(cut));
    }
  });

  test("a cut of an answer is none, wherever it is cut", () => {
    const whole = "out\n\nn0nce:12\n";
    for (let n = 0; n < whole.length; n += 1) assert.equal(parseAnswer(whole.slice(0, n), "n0nce"), undefined);
  });

  test("progress in XML goes, errors stay, other text is left", () => {
    const progress = '<Obj S="progress" RefId="0"><TN RefId="0"><T>x</T></TN><MS><S N="a">b</S></MS></Obj>';
    const objs = (inner: string): string => `#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="x">${inner}</Objs>`;
    assert.equal(withoutClixml(objs(progress)), "");
    assert.equal(
      withoutClixml(objs(`${progress}<S S="Error">a &lt;b&gt; &amp;lt; c_x000D__x000A_</S>`)),
      "a <b> &lt; c\r\n",
    );
    assert.equal(withoutClixml(`before\n${objs(progress)}\r\nafter`), "before\nafter");
    assert.equal(withoutClixml(objs('<S S="Error">1</S>') + objs('<S S="Error">2</S>')), "12");
    assert.equal(withoutClixml("plain"), "plain");
    assert.equal(withoutClixml('#< CLIXML\n<Objs><S S="Err'), '#< CLIXML\n<Objs><S S="Err');
  });
});

/** PowerShell's own rule for a row of single-quoted literals: a doubled quote is one, of whatever kind. */
function readLiterals(list: string): string[] {
  const words: string[] = [];
  const quote = /['\u2018-\u201b]/;
  let at = 0;
  while (at < list.length) {
    assert.equal(list[at], "'");
    at += 1;
    let text = "";
    for (;;) {
      const sign = list[at];
      assert.ok(sign !== undefined, "a literal has no end");
      if (!quote.test(sign)) text += sign;
      else if (quote.test(list[at + 1] ?? "")) {
        text += sign;
        at += 1;
      } else break;
      at += 1;
    }
    words.push(text);
    at += 1;
    if (at < list.length) assert.equal(list[at], ",");
    at += 1;
  }
  return words;
}
