// Reads the XML of Azure's answers: elements, attributes and text. There is nothing in it that a document type could define, so
// one is refused, and with it what entities can do. A page has DOMParser, but Node and workers have not.

const TOKEN = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|<!\[CDATA\[([^]*?)\]\]>|<!--[^]*?-->|<\?[^]*?\?>|[^<]+/gy;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
// Answers are four or five deep.
const DEEPEST = 32;

/** The root as `{ name, attributes, children, text }`; nothing for what is no XML. */
export function readXml(text) {
  const root = { children: [] };
  const open = [root];
  TOKEN.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [whole, end, name, attributes, empty, verbatim] = match;
    const at = open.at(-1);
    if (name === undefined) at.text = (at.text ?? "") + (verbatim ?? (whole.startsWith("<") ? "" : decode(whole)));
    else if (end) {
      if (open.length === 1 || open.pop().name !== name) return undefined;
    } else {
      const element = { name, attributes: readAttributes(attributes), children: [], text: "" };
      at.children.push(element);
      if (!empty && open.push(element) > DEEPEST) return undefined;
    }
  }
  return open.length === 1 ? root.children[0] : undefined;
}

const readAttributes = (text) => new Map(Array.from(text.matchAll(ATTRIBUTE), ([, name, double, single]) => [name, decode(double ?? single)]));

function decode(text) {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return Object.hasOwn(NAMED, name) ? NAMED[name] : whole;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first child of that name, or what is at a path of names. */
export const child = (element, ...names) => names.reduce((at, name) => at?.children.find((one) => one.name === name), element);

const ESCAPES = { "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" };
export const escapeXml = (text) => String(text).replace(/[<>&"]/g, (char) => ESCAPES[char]);
