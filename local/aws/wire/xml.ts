/** What an XML element holds: a text, elements by name, or several of one name. */
export type XmlContent = string | number | boolean | undefined | XmlElements | XmlContent[];

/** Elements by name; undefined ones are left out. */
export interface XmlElements {
  [name: string]: XmlContent;
}

/** Writes elements as XML, in the order in which they stand. */
export function toXml(elements: XmlElements): string {
  return Object.entries(elements)
    .map(([name, content]) => elementOf(name, content))
    .join('');
}

/** A whole document of one element, with its namespace. */
export function xmlDocument(name: string, namespace: string | undefined, content: XmlElements): string {
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${toXml(content)}</${name}>`;
}

function elementOf(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one) => elementOf(name, one)).join('');
  const inside = typeof content === 'object' ? toXml(content) : escapeXml(String(content));
  return `<${name}>${inside}</${name}>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter).replaceAll('\r', '&#13;');
}
