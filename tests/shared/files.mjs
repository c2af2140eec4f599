// The real logs and reports that lie beside the repository, if they do.
import fs from "node:fs";
import path from "node:path";

export const data = path.resolve(import.meta.dirname, "../../../shared/data");

/** Every file in it, sorted; none where the folder is absent. */
export const files = fs.existsSync(data)
  ? fs.readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(data, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort()
  : [];
