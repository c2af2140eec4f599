// The Python wheel: what is in it, and what it says where it cannot run.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { buildWheel } from "../../python/build.mjs";
import { Unreachable, run } from "../../scripts/venv.mjs";
import { root } from "../packaging/helpers.mjs";

const out = path.join(root, "target/wheel");

const CHECKS = `
import ast, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
names = wheel.namelist()
for name in ["huntbook/__init__.py", "huntbook/py.typed", "huntbook/huntbook.js", "huntbook/parquet.js", "huntbook/parquet_bg.wasm", "huntbook/LICENSE-parquet-wasm"]:
    assert name in names, name
for name in names:
    if name.endswith(".py"):
        compile(wheel.read(name), name, "exec")
module = ast.parse(wheel.read("huntbook/_functions.py"))
functions = {node.name: node for node in module.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
examples = 0
for name, node in functions.items():
    text = ast.get_docstring(node)
    assert text and text.strip(), name
    if "Example:" in text:
        lines = text.split("Example:\\n")[1].split("\\n\\n")[0].splitlines()
        compile("\\n".join(line[4:] for line in lines), name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        examples += 1
print(len(functions), examples, *sorted(functions))
sys.path.insert(0, sys.argv[1])
try:
    import huntbook
except ImportError as error:
    assert "Pyodide" in str(error), error
else:
    raise AssertionError("huntbook should not be imported here")
`;

test("the wheel has all functions, with documentation whose examples are Python", async (t) => {
  fs.rmSync(out, { recursive: true, force: true });
  try {
    await buildWheel(out);
  } catch (error) {
    if (error instanceof Unreachable) return t.skip(`the tools cannot be fetched here: ${error.message.slice(-300)}`);
    throw error;
  }
  const version = /^version = "(.+)"$/m.exec(fs.readFileSync(path.join(root, "Cargo.toml"), "utf8"))[1];
  const [name] = fs.readdirSync(out);
  assert.equal(name, `huntbook-${version}-py3-none-any.whl`);
  const [functions, examples, ...names] = run("python", ["-c", CHECKS, path.join(out, name)]).trim().split(" ");
  const library = await import("../../pkg/node.js");
  const snake = (name) => name.replace(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase();
  const expected = Object.keys(library).filter((name) => typeof library[name] === "function" && /^[a-z]/.test(name) && name !== "init");
  assert.deepEqual(names, expected.map(snake).sort());
  const classes = Object.keys(library).filter((name) => /^[A-Z]/.test(name));
  const own = fs.readFileSync(path.join(root, "python/huntbook/__init__.py"), "utf8");
  assert.deepEqual(classes.filter((name) => !own.includes(`"${name}"`)), [], "a class that python/huntbook/_thing.py has not");
  assert.ok(Number(examples) > Number(functions) / 2, `${examples} examples of ${functions} functions`);
});
