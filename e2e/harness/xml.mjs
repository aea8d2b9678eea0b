/** Throws unless the text is well-formed XML as far as elements, attributes, references and nesting go. */
export function checkXml(text) {
  const open = [];
  let roots = 0;
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>]*>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</g;
  for (const match of text.matchAll(token)) {
    const [whole, closing, name, attributes, isEmpty] = match;
    if (whole === "<") throw new Error(`a stray < near: ${text.slice(match.index, match.index + 80)}`);
    if (name === undefined) {
      if (!whole.startsWith("<")) checkText(whole);
      continue;
    }
    if (closing === "/") {
      const expected = open.pop();
      if (expected !== name) throw new Error(`</${name}> closes <${expected}>`);
      continue;
    }
    checkText(attributes);
    if (open.length === 0) roots += 1;
    if (isEmpty !== "/") open.push(name);
    const bare = attributes.replace(/"[^"]*"|'[^']*'/g, "").match(/[\w:.-]+(?=\s*=)/g) ?? [];
    if (new Set(bare).size !== bare.length) throw new Error(`<${name}> has an attribute twice`);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is never closed`);
  if (roots !== 1) throw new Error(`${roots} root elements`);
}

function checkText(text) {
  const [wrong] = text.match(/&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[^\s]{0,12}/) ?? [];
  if (wrong !== undefined) throw new Error(`a bare ${wrong}`);
}
