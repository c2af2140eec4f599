// Stack traces, build output and application logs: few indicators, many lookalikes.
import { isoTime } from "./network.mjs";
import { trap } from "./traps.mjs";

const capital = (text) => text.replace(/^./, (letter) => letter.toUpperCase());
const Class = (c) => `${capital(c.word())}${capital(c.word())}`;
const javaFrame = (c) => { const name = Class(c); return `\tat ${c.trap("namespace", `com.${c.name()}.${c.word()}.${name}`)}.${c.word()}(${c.trap("file", `${name}.java`)}:${c.int(10, 900)})`; };
const java = (c) => [`${isoTime(c)} ERROR [${c.word()}-${c.int(1, 20)}] ${trap(c, "namespace")} - ${c.trap("namespace", `java.lang.${capital(c.word())}Exception`)}: ${c.word()} is null`, ...Array.from({ length: c.int(2, 5) }, () => javaFrame(c))].join("\n");
const python = (c) => ["Traceback (most recent call last):", `  File "${c.one("linux_path")}", line ${c.int(1, 900)}, in ${c.word()}`, `    ${trap(c, "code")}(${c.word()}, ${trap(c, "code")})`, `${c.trap("namespace", `${c.name()}.errors.${capital(c.word())}Error`)}: '${c.word()}'`].join("\n");
const node = (c) => [`TypeError: Cannot read properties of undefined (reading '${c.word()}')`, `    at ${c.trap("code", `${capital(c.word())}.${c.word()}`)} (${c.plant("linux_path", `/srv/${c.word()}/${c.word()}.js`)}:${c.int(1, 900)}:${c.int(1, 90)})`, `    at ${c.pick(["process.processTicksAndRejections", "Object.<anonymous>", "Module._compile"])} (node:internal/${c.word()}:${c.int(1, 900)}:${c.int(1, 90)})`].join("\n");
const script = (c) => `${isoTime(c)} DEBUG eval: ${c.pick([
  () => `if (${trap(c, "code")} === ${trap(c, "code")}) { ${trap(c, "code")}(${trap(c, "code")}); }`, () => `var ${c.word()}=${trap(c, "code")}.${c.word()}(function(e){return ${trap(c, "code")}});`, () => `for x in ${trap(c, "code")}: ${trap(c, "code")} = ${trap(c, "number")}`,
  () => `${trap(c, "code")} = ${trap(c, "code")} or ${trap(c, "code")}`, () => `return ${trap(c, "code")}.${c.word()}();`,
])()}`;
const source = (c) => c.fill(c.pick(["src/{word}/{word}", "lib/{word}", "src/{word}"]));
/** A path from the project's folder: some would count it. */
const relative = (c, extension) => { const text = `${source(c)}.${extension}`; return c.either("linux_path", text); };
const gcc = (c) => c.pick([
  () => `${relative(c, c.pick(["cc", "cpp", "h"]))}:${c.int(1, 900)}:${c.int(1, 90)}: error: '${trap(c, "scope")}' was not declared in this scope`, () => `[${c.int(1, 99)}/${c.int(100, 400)}] Building CXX object ${trap(c, "file")}`, () => `  CC      ${trap(c, "file")}`, () => `undefined reference to \`${trap(c, "scope")}(${trap(c, "scope")} const&)'`,
  () => `warning: unused variable '${c.word()}' in ${trap(c, "scope")}`, () => `ld: ${trap(c, "file")} => ${c.one("linux_path")} (0x00007f${c.random.hex(10)})`,
])();
const rust = (c) => c.pick([
  () => `   Compiling ${c.word()} v${c.int(0, 9)}.${c.int(0, 30)}.${c.int(0, 9)}`, () => `error[E0${c.int(100, 699)}]: cannot find \`${c.word()}\` in \`${trap(c, "scope")}\``, () => `  --> ${relative(c, "rs")}:${c.int(1, 900)}:${c.int(1, 90)}`,
  () => `thread 'main' panicked at ${relative(c, "rs")}:${c.int(1, 900)}:${c.int(1, 90)}: ${trap(c, "scope")} failed`, () => `test ${trap(c, "scope")} ... ok (${trap(c, "number")}s)`,
])();
const npm = (c) => c.pick([
  () => `npm warn deprecated ${trap(c, "package")}: use ${trap(c, "package")} instead`, () => `npm http fetch GET 200 ${c.one("url")} ${c.int(10, 900)}ms (cache miss)`, () => `added ${c.int(1, 900)} packages, ${trap(c, "package")} in ${c.int(1, 60)}s`, () => `${trap(c, "file")}  ${c.int(1, 900)}.${c.int(1, 99)} kB | gzip: ${trap(c, "number")} kB`,
  () => `- uses: ${trap(c, "package")}`,
])();
/** An address with the hash of what it gives: both are right. */
const pinned = (c) => { const hash = c.one("sha256_hash", 0.2).toLowerCase(); return c.plant("url", `https://files.${c.name()}.org/packages/${c.word()}-${c.int(1, 9)}.${c.int(0, 30)}.whl#sha256=${hash}`); };
const pip = (c) => c.pick([() => `Downloading ${trap(c, "package")} (${c.int(1, 9)}.${c.int(1, 9)} MB)`, () => `Collecting ${c.word()}==${c.int(1, 9)}.${c.int(1, 30)}.${c.int(1, 9)} from ${pinned(c)}`, () => `copying ${relative(c, "py")} -> build/lib`, () => `running ${trap(c, "file")} build_ext`]) ();
const maven = (c) => c.pick([() => `[INFO] Building ${trap(c, "package")}`, () => `[INFO] Downloaded from central: ${c.one("url")} (${c.int(1, 900)} kB at ${trap(c, "number")} MB/s)`, () => `[WARNING] ${trap(c, "namespace")} is deprecated since ${trap(c, "date")}`, () => `[INFO] Tests run: ${c.int(1, 99)}, Time elapsed: ${trap(c, "number")} s -- in ${trap(c, "namespace")}`])();
const git = (c) => c.pick([() => `commit ${c.either("sha1_hash", c.random.hex(40))}`, () => `   ${c.random.hex(7)}..${c.random.hex(7)}  main -> origin/main`, () => `Author: ${c.name()} <${c.one("email")}>`, () => `Date:   Tue Mar 10 ${trap(c, "clock")} 2026 +0100`, () => ` ${trap(c, "file")} | ${c.int(1, 90)} +++--`, () => `index ${c.random.hex(10)}..${c.random.hex(10)} 100644`])();
const app = (c) => `${isoTime(c)} INFO  ${trap(c, "namespace")} ${c.pick([
  () => `loaded ${trap(c, "file")} and ${trap(c, "file")} in ${trap(c, "number")} ms`, () => `setting ${trap(c, "setting")}=${c.word()}`, () => `user agent ${trap(c, "version")} from ${c.one("ipv4")}`, () => `ratio ${trap(c, "slash")} ${trap(c, "number")} on ${trap(c, "date")}`, () => `sensor position ${c.int(0, 89)}.${c.int(1000, 9999)},-${c.int(0, 89)}.${c.int(1000, 9999)}`,
  () => `request ${trap(c, "uuid")} token ${trap(c, "token")}`, () => `upgraded to ${trap(c, "version")}, was ${trap(c, "version")}`, () => `SNMP ${trap(c, "oid")} = ${c.int(1, 99)}`, () => `invalid address ${trap(c, "no address")}`, () => `wallet ${trap(c, "bad checksum")} rejected`, () => `object ${trap(c, "no hash")} stored as ${trap(c, "file")}`,
  () => `pattern ${trap(c, "escape")} matched ${c.int(1, 9)} times`, () => `certificate fingerprint ${trap(c, "fingerprint")}`, () => `rendered ${trap(c, "image")} (${trap(c, "slash")})`, () => `license ${trap(c, "serial")} for ${trap(c, "number of a standard")}`, () => `payload=${trap(c, "base64")}`, () => `accept: ${trap(c, "slash")}, ${trap(c, "slash")}`,
])()}`;

export const LINES = [[10, java], [10, python], [8, node], [26, script], [26, gcc], [16, rust], [16, npm], [10, pip], [12, maven], [14, git], [60, app]];
