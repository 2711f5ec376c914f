import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { headerOf, type WireProtocol } from '../wire/wire-protocol.ts';
import { type XmlElements, xmlDocument } from '../wire/xml.ts';

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** AWS Query, which of the services played here only SNS speaks: a form as request, XML as answer. */
export const queryProtocol: WireProtocol = {
  read(request) {
    const form = 'application/x-www-form-urlencoded';
    if (request.method !== 'POST' || !headerOf(request, 'content-type')?.startsWith(form)) return undefined;
    const { body } = request;
    const { Action: operation, Version: _, ...fields } = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    if (operation === undefined) return undefined;
    return { service: 'sns', operation, request: nest(fields), bodyBytes: body.length };
  },
  writeAnswer(response, answer, { operation }) {
    const result = { [`${operation}Result`]: answer as XmlElements };
    const ResponseMetadata = { RequestId: randomUUID() };
    write(response, 200, xmlDocument(`${operation}Response`, namespace, { ...result, ResponseMetadata }));
  },
  writeError(response, error) {
    const { code, message, httpStatus } = error;
    const described = { Type: httpStatus < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
    write(response, httpStatus, xmlDocument('ErrorResponse', namespace, { Error: described, RequestId: randomUUID() }));
  },
};

function write(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

/** `A.entry.1.Name=x` and `A.member.1=x` become what they mean: maps and lists. */
function nest(fields: Record<string, string>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(fields)) {
    const steps = path.split('.');
    let place = root;
    for (const step of steps.slice(0, -1)) {
      place[step] ??= {};
      place = place[step] as Record<string, unknown>;
    }
    place[steps.at(-1) ?? ''] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, unwrap(value)]));
}

function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { entry, member, ...fields } = value as Record<string, object>;
  if (member) return Object.values(member).map(unwrap);
  if (!entry) return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, unwrap(field)]));
  const pairs = Object.values(entry as Record<string, Record<string, unknown>>);
  return Object.fromEntries(pairs.map((pair) => [pair.Name ?? pair.key, unwrap(pair.Value ?? pair.value)]));
}
