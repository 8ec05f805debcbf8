import { QuoteError, refuse } from "./quote.ts";

/**
 * OpenSSH for Windows gives the line to cmd.exe where nobody set another shell, and cmd.exe takes 8,191 characters
 * (learn.microsoft.com, "Command prompt line string limitation").
 */
const longest = 8191;

/**
 * A program or cmdlet and its arguments for a Windows desk. Arguments are positional for a cmdlet: `-Name` is a text there.
 * The last line of what it prints is `nonce:code`; an answer without it is none (see `parseAnswer`). Windows PowerShell
 * before 7.3 gives programs their arguments with quotes lost and empty ones left out; the script mends that there.
 * Throws QuoteError.
 */
export function powershellLine(argv: readonly string[], nonce: string): string {
  const script = scriptOf(argv, nonce);
  const encoded = Buffer.from(script, "utf16le").toString("base64");
  const line = `powershell.exe -NoLogo -NoProfile -NonInteractive -InputFormat Text -OutputFormat Text -EncodedCommand ${encoded}`;
  if (line.length > longest) {
    throw new QuoteError(
      `a command line of ${line.length} characters is too long for Windows (at most ${longest}): use its standard input`,
    );
  }
  return line;
}

function scriptOf(argv: readonly string[], nonce: string): string {
  const [program = "", ...rest] = argv;
  if (program === "") throw new QuoteError("a command needs a program");
  argv.forEach(refuse);
  // Get-Command takes them for patterns, and would run whatever it found first.
  if (/[*?[\]]/.test(program)) throw new QuoteError("a program's name must not contain * ? [ ]");
  return [
    "$ProgressPreference='SilentlyContinue'",
    "[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false",
    "$c=1",
    "try{",
    `$p=Get-Command -Name ${literal(program)} -ErrorAction Stop|Select-Object -First 1`,
    `$a=@(${rest.map(literal).join(",")})`,
    "if($p.CommandType -eq 'Application' -and $PSVersionTable.PSVersion -lt [version]'7.3'){",
    `$a=@($a|ForEach-Object{if($_ -eq ''){'""'}else{$e=$_ -replace '(\\\\*)"','$1$1\\"';if($e -match '\\s'){$e=$e -replace '(\\\\+)$','$1$1'};$e}})`,
    "}",
    "$global:LASTEXITCODE=$null",
    "& $p @a",
    "$k=$?",
    "if($null -ne $LASTEXITCODE){$c=$LASTEXITCODE}elseif($k){$c=0}",
    "}catch{[Console]::Error.WriteLine([string]$_)}",
    `[Console]::Out.Write("\`n${nonce}:$c\`n")`,
    "exit $c",
  ].join("\n");
}

/** PowerShell takes four typographic quotes for the plain one, so they are doubled too. */
export function literal(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}

/** What came before the last line with the nonce, and the code there; undefined where no whole such line came. */
export function parseAnswer(stdout: string, nonce: string): { readonly code: number; readonly at: number } | undefined {
  const at = stdout.lastIndexOf(`\n${nonce}:`);
  if (at < 0) return undefined;
  const code = /^(-?\d+)\r?\n$/.exec(stdout.slice(at + nonce.length + 2))?.[1];
  return code === undefined ? undefined : { code: Number(code), at };
}

const mark = "#< CLIXML";

/** The errors' texts out of what PowerShell wraps in XML; progress goes. What is not XML stays as it is. */
export function withoutClixml(stderr: string): string {
  const at = stderr.indexOf(mark);
  if (at < 0) return stderr;
  const end = stderr.indexOf("</Objs>", at);
  // Cut in the middle: told as it came, rather than lost.
  if (end < 0) return stderr;
  const xml = stderr.slice(at + mark.length, end);
  const texts = [...xml.matchAll(/<S S="(?:Error|Warning)">([^<]*)<\/S>/g)].map(([, text = ""]) => decode(text));
  return (
    stderr.slice(0, at) + texts.join("") + withoutClixml(stderr.slice(end + "</Objs>".length).replace(/^\r?\n/, ""))
  );
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decode(text: string): string {
  return text
    .replace(/&(lt|gt|amp|quot|apos);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
